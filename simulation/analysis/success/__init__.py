"""What must work for a request to be served: gates, flow classes, cut sets, availability."""
