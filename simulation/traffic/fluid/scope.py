"""What the fluid engine does not show of a document."""

from simulation.topology.system import System


def not_modelled(system: System) -> list[str]:
    """What the document states and a fluid of expected values does not show."""
    found = []
    for c in system.components:
        if c.params.get("sticky"):
            found.append(f"{c.id}: sticky (fluid: users spread evenly over the targets, no user is followed)")
        if c.kind.id == "worker" and int(c.params.get("prefetch") or 0) > (c.slots or 1):
            found.append(f"{c.id}: prefetch beyond its slots (fluid: such messages count as waiting in the queue)")
        if c.kind.id == "session_store":
            found.append(f"{c.id}: ttl_s (fluid: sessions do not expire)")
    for link in system.links:
        breaker, timeout = link.params.get("breaker"), link.params.get("timeout_ms")
        if breaker:
            found.append(f"{link.id}: breaker (fluid: it opens when its error rate is over the limit by expectation)")
        if timeout and link.params.get("retries"):
            found.append(f"{link.id}: order of retries (fluid: their number follows from the moment's failure rate)")
    return found
