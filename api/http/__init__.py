"""The HTTP API: FastAPI over the same pipeline that the command line uses."""
