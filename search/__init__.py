"""The read path: a job, the eligible candidates, the nearest passages, an explained shortlist."""
