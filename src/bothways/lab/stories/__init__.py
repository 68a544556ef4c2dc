"""Networks that the lab brings along."""
