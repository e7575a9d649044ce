"""REMEMBERS: everything that must outlive a process, all of it in Redis."""
