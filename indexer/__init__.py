"""The write path: documents, résumés, passages, vectors, a published generation."""
