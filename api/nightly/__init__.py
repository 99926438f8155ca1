"""The night: everything that is due each day, run once, one thing after the other, and reported."""
