"""Django's name for this part."""

from django.apps import AppConfig


class Api(AppConfig):
    name = "designer.api"
    label = "api"

    def ready(self) -> None:
        from designer.api import schema

        schema.register_components()
