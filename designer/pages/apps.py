"""Django's name for this part."""

from django.apps import AppConfig


class Pages(AppConfig):
    name = "designer.pages"
    label = "pages"
