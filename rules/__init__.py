"""DECIDES: the rule language, from YAML to a decision. Pure but for the loader, which reads files."""
