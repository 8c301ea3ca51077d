"""Django's name for this part."""

from django.apps import AppConfig


class Designs(AppConfig):
    name = "designer.designs"
    label = "designs"
