"""How text is read: from HTML to a normal form, and words, pieces and patterns that are looked for in it."""
