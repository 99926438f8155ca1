"""Training a reranker: a cross-encoder that reads a job and a résumé together."""
