"""Durable facts: people, résumés, jobs, outcomes, generations, the search log. The only SQL."""
