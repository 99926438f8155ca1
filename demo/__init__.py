"""The demo pool: candidates, jobs and outcomes whose truth is known, written as real files.

Nothing here is a real person, company or school; see `demo.pool` for the command.
"""
