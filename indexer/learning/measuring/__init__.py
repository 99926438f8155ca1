"""What a model is worth: scores, chances and rankings on held-out jobs, with their evidence."""
