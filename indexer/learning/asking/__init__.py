"""Whose outcome would teach most: the pairs that a recruiter should look at next."""
