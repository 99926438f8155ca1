"""What gives a person away, and the text without it."""
