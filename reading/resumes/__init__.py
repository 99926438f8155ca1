"""What a résumé says: sections, positions, education, languages, places, contacts."""
