"""Help for those who write rule files: their layout, a schema for editors, and their way into a cluster."""
