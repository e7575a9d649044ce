"""How each kind of object is tagged."""
