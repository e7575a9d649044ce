"""LISTENS: the webhook receiver and the operations app. Never calls Intercom, never evaluates a rule."""
