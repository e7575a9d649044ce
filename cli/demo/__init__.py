"""`autotagger demo`: the whole service at work on an invented inbox, watched and checked."""
