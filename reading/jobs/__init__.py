"""What a job posting asks for."""
