"""What a server process does without being asked: it takes up runs and evaluations whose workers fell silent."""

import logging
import threading

from django.db import DatabaseError, close_old_connections

from designer.designs import jobs
from simulation.runs import computing, services

log = logging.getLogger("linchpin.background")

EVERY_S = 1.0


class Background:
    """A thread beside the server's loop; several processes may each have one."""

    def __init__(self) -> None:
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._work, name="reaper", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    async def stop(self) -> None:
        """End, and the computing processes with it."""
        self._over.set()
        computing.benches().close()

    def _work(self) -> None:
        while True:
            try:
                services.reap()
                jobs.reap()
            except DatabaseError as error:
                log.warning("cannot look after runs: %s", error)
            except Exception:
                log.exception("cannot look after runs")
            finally:
                close_old_connections()
            if self._over.wait(EVERY_S):
                return
