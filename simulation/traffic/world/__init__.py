"""What goes on around the requests: who is up, who is chosen, and what is done to them."""
