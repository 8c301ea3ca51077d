"""Ready topologies that each tell a story: one module each, found by listing the folder."""

from importlib import import_module
from pkgutil import iter_modules

from simulation.topology.templates.model import Template


def _load() -> dict[str, Template]:
    modules = [import_module(f"{__name__}.{m.name}") for m in iter_modules(__path__)]
    found: list[Template] = [module.TEMPLATE for module in modules if hasattr(module, "TEMPLATE")]
    return {template.id: template for template in sorted(found, key=lambda t: (t.order, t.id))}


TEMPLATES: dict[str, Template] = _load()

__all__ = ["TEMPLATES", "Template"]
