"""From bytes to a rule set: YAML documents, what may stand in them, and the folder they lie in."""
