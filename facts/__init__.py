"""UNDERSTANDS: a notification becomes envelope, topic, target and trimmed item; an item becomes facts. Pure."""
