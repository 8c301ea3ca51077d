"""One station as a model of Cimba, which compiles it from its source: arrivals into a store, a process a slot."""

# mypy: ignore-errors

from typing import Any

import cimba
from cimba import inputs


def station(rate: float, mean: float, slots: int) -> Any:
    """An M/M/c that keeps the time that every request spends."""

    class Station(cimba.Model):
        gap: cimba.Input[float] = inputs.dist.exponential(mean=1 / rate)
        service: cimba.Input[float] = inputs.dist.exponential(mean=mean)
        queue: cimba.Store[float]
        total: cimba.Output[float]
        done: cimba.Output[float]

        @cimba.on_start
        def start(self):
            self.total = 0.0
            self.done = 0.0

        @cimba.process
        def arrivals(self):
            while True:
                cimba.hold(self.gap.next())
                self.queue.put(cimba.now())

        @cimba.process(copies=slots)
        def slot(self):
            while True:
                start = self.queue.get()
                cimba.hold(self.service.next())
                self.total += cimba.now() - start
                self.done += 1.0

    return Station()
