"""Invents whole workspaces: companies, people, what they wrote, and what was answered."""
