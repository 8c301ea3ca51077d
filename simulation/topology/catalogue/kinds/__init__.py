"""One module a kind; adding a kind touches its module and its test."""
