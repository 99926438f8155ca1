"""What every training shares: going on after a kill, and entering what came of it."""
