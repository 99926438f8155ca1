"""Constants that were computed once, and how."""
