"""Learning from outcomes: events → graded pairs → a fine-tuned reranker → a decision."""
