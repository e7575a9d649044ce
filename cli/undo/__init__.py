"""`autotagger undo`: taking back what a rule did."""
