"""An emulated Catalyst 3560."""
