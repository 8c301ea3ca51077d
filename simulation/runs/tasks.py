"""Celery's way into executing a run; the row decides whether there is anything to do."""

from celery import shared_task

from simulation.runs.executing import Execution
from simulation.runs.services import TASK, claim


@shared_task(name=TASK, ignore_result=True)
def execute(run_id: str) -> None:
    """Execute the run, from the beginning or from where the last worker left it."""
    run = claim(run_id)  # type: ignore[arg-type]
    if run is not None:
        Execution(run).perform()
