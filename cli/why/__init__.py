"""`autotagger why`: how an object came by its tags."""
