"""Findings and results in words for people, and in the forms that programs read."""
