"""From what happened to graded pairs: what is learned from, and how much each counts."""
