"""What goes in and out over HTTP: models named `…In` and `…Out`, with examples."""
