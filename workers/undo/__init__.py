"""Undoing what a rule did: only what nobody else has touched since, and so that the rule does not do it again."""
