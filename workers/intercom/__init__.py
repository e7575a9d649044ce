"""The REST client: Intercom's API 2.10 as far as tagging needs it, with every failure named for what to do about it."""
