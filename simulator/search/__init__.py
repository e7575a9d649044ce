"""`POST /conversations/search`, `/tickets/search` and `/contacts/search`: queries, fields, days, pages."""
