"""What is remembered, as Intercom's REST API shows it."""
