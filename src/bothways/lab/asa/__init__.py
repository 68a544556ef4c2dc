"""An emulated ASA 5505."""
