"""What every training shares: settings, trainer, going on after a kill, entering what came of it."""
