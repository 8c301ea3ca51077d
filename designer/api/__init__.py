"""REST under /api/v1/: thin views over services, problem+json, OpenAPI."""
