"""Training an encoder: what finds candidates before anybody reads closely."""
