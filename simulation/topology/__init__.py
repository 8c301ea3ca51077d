"""The topology document, the catalogue of kinds, and the resolved system that both engines read."""
