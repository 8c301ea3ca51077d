"""The document that a request is about: in its body, by a template's name, or a stored design."""

from typing import Any
from uuid import UUID

from designer.api import bodies, questions
from designer.designs import services
from designer.sharing.access import access_design
from designer.sharing.principals import Principal
from simulation.topology import parsing
from simulation.topology.document import InvalidInput, Problem


def subject(principal: Principal, body: dict[str, Any], accepted: tuple[str, ...]) -> dict[str, Any]:
    """The document that a body means by its `topology`, `template` or stored `design`. Raises InvalidInput."""
    unknown = [name for name in body if name not in accepted]
    if unknown:
        text = f"unknown member; accepted are {', '.join(accepted)}"
        raise InvalidInput([Problem(f"/{name}", text) for name in unknown])
    return document_of(principal, body.get("topology"), body.get("design"), body)


def document_of(principal: Principal, topology: Any, design: Any, body: dict[str, Any]) -> dict[str, Any]:
    """The document given, or that of the stored design. Raises InvalidInput, Hidden."""
    if design is not None:
        if topology is not None:
            raise InvalidInput([Problem("/design", "give either topology or design")])
        found = access_design(principal, bodies.fit(design, UUID, "/design"))
        return parsing.to_object(services.topology_of(found))
    if topology is None and "template" not in body:
        raise InvalidInput([Problem("/topology", "missing; give a topology or the id of a design")])
    return parsing.to_object(bodies.topology_in({k: v for k, v in body.items() if v is not None}))


def judged(principal: Principal, given: questions.NewEvaluation | questions.NewSearch) -> dict[str, Any]:
    """The document that a body means and the thresholds for it, as plain data. Raises InvalidInput, Hidden."""
    document = document_of(principal, given.topology, given.design, {"topology": given.topology})
    if given.thresholds is None and not document.get("thresholds"):
        raise InvalidInput([Problem("/thresholds", "missing, and the document has none of its own")])
    return {"topology": document, "thresholds": given.thresholds}
