"""Django's name for this part."""

from django.apps import AppConfig


class Sharing(AppConfig):
    name = "designer.sharing"
    label = "sharing"
