"""Counts and times for Prometheus. No text, no name of a file and no query is ever a label."""

import contextlib
import time
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

_SECONDS = (0.1, 0.25, 0.5, 1, 2, 4, 8, 16, 32, 64)


class Metrics:
    """What one server has done so far."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        self.requests = Counter(
            "penscript_requests", "Requests by route and status", ["method", "route", "status"], registry=registry
        )
        self.latency = Histogram(
            "penscript_request_seconds", "Time of requests by route", ["route"], buckets=_SECONDS, registry=registry
        )
        self.readings = Counter("penscript_readings", "Files read, by how it ended", ["outcome"], registry=registry)
        self.pages = Counter("penscript_pages", "Pages read", registry=registry)
        self.lines = Counter("penscript_lines", "Lines read, accepted or doubtful", ["verdict"], registry=registry)
        self.reading = Histogram(
            "penscript_reading_seconds", "Time to read a file", buckets=_SECONDS, registry=registry
        )
        self.waiting = Gauge("penscript_waiting", "Requests that wait for their turn", registry=registry)
        self.jobs = Gauge("penscript_jobs", "Jobs by status", ["status"], registry=registry)

    @contextlib.contextmanager
    def timed_reading(self) -> Iterator[None]:
        """Count a reading and its time, whether it goes well or not."""
        started = time.perf_counter()
        outcome = "failed"
        try:
            yield
            outcome = "read"
        finally:
            self.readings.labels(outcome).inc()
            self.reading.observe(time.perf_counter() - started)

    def text(self) -> bytes:
        """All of it in Prometheus' own format."""
        return generate_latest(self.registry)
