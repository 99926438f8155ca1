"""Erasing people: what goes, what stays as a tombstone, what forbids it, and erasing again."""
