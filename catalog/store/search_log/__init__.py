"""The search log, and the chain under it that shows whether somebody has changed it."""
