"""Events from before: found by searching, decided on as if their notifications came, done when nobody else has work."""
