"""Intercom's REST API: a call goes in, an answer comes out."""
