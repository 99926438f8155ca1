"""What every training shares: settings, trainer, going on after a kill, entering the candidate."""
