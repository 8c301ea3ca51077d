"""Celery's way into the jobs; the row decides whether there is anything to do."""

from celery import shared_task

from designer.designs import jobs


@shared_task(name=jobs.TASK, ignore_result=True)
def evaluate(row: int) -> None:
    """Compute one point of a job."""
    jobs.perform(row)
