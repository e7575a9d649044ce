"""The shapes of Intercom's objects, as REST 2.10 answers and as a notification carries them."""
