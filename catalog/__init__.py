"""Durable facts: people, résumés, jobs, applications, outcomes, generations, the search log. The only SQL."""
