"""What all pages have in common: they ask nobody for anything, run no script, and fit a phone at night."""
