"""Which jobs a model is measured on, and that it has not seen their people before."""
