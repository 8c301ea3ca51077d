"""Who may do what: accounts, tokens, share links, and the only way to get at a design."""
