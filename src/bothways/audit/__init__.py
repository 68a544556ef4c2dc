"""Audits: which rules, on which devices, who answers for an exception, and what became of it all."""
