"""The Celery application: in-process by default, `celery -A designer worker` in production."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "designer.settings")

app = Celery("linchpin")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
