"""What a résumé and a job say: values, and the pure functions that find them in text. No I/O."""
