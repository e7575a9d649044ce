"""`autotagger backfill`: rules at work on what was before."""
