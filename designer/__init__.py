"""The web side of Linchpin: people, their designs, sharing, co-editing and the API."""

from designer.celery import app as celery_app

__all__ = ["celery_app"]
