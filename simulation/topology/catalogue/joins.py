"""Which kinds of edges make sense between which kinds of nodes."""

from simulation.topology.catalogue.model import Kind, Role

_COPIES = (Role.STORE, Role.CACHE, Role.QUEUE)


def nonsense(name: str, source: Kind, target: Kind) -> str | None:
    """Why an edge of this kind cannot join these kinds, and what can; None where it can."""
    match name:
        case "call":
            if target.role is Role.CLIENT:
                return "a client answers nothing; draw the edge from the client"
            if target.role is Role.QUEUE:
                return "a queue is not waited for; use publish"
            if source.role is Role.QUEUE:
                return "a queue calls nothing; use consume"
        case "publish":
            if target.role is not Role.QUEUE:
                return "the target must be a message_queue"
            if source.role is Role.QUEUE:
                return "a queue publishes nothing; put a worker between"
        case "consume":
            if source.role is not Role.QUEUE:
                return "the source must be a message_queue"
            if target.role is not Role.CALLER:
                return "the target must be a worker, service or web_server"
        case "replicate":
            if source.id != target.id or source.role not in _COPIES:
                return "both ends must be the same kind of store"
        case "observe":
            if Role.OBSERVER not in (source.role, target.role) or "automation" in (source.id, target.id):
                return "one end must be logging or metrics"
        case "manage":
            if "automation" not in (source.id, target.id):
                return "one end must be automation"
    return None
