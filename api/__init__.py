"""Every way in, and the composition root: the only package that reads the environment."""
