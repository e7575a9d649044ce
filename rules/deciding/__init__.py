"""What a rule set makes of an event: conditions, the index over them, and the decision."""
