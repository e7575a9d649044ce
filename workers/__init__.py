"""ACTS: takes a job, gathers facts, decides, changes tags, records."""
