"""Django's name for this part."""

from django.apps import AppConfig


class Runs(AppConfig):
    name = "simulation.runs"
    label = "runs"
