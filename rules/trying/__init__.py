"""Rules at work on examples, scenarios and events: what came out, why, and how much of the rules that tried."""
