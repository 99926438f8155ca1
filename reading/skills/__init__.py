"""Skills by name, in two languages: the vocabulary, and finding its words in a text."""
