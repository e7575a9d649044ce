"""What can be said of rules without an event: which cannot match, and which get in each other's way.

Sound rather than complete: what is said is so for every event there can be, and where that is not sure it is said that
it is not.
"""
