"""From the bytes people send to text in reading order, one file per format."""
