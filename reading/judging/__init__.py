"""What a résumé shows about what a job asks for."""
