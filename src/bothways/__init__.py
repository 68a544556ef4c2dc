"""Bothways: find, cure and prove TCP flows that die between ASAs and Catalysts."""
