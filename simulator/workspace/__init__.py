"""What the simulator remembers: one invented workspace."""
