"""For programs: the evaluation object of the API, figures and all."""

import msgspec

from simulation.evaluation.evaluate import Evaluation

MEDIA_TYPE = "application/json"


def write(evaluation: Evaluation, source: str) -> str:
    """Exactly the object that `POST /api/v1/evaluations` answers."""
    return msgspec.json.format(msgspec.json.encode(evaluation), indent=2).decode() + "\n"
