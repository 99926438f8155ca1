"""What the server has done, counted for Prometheus: by route's pattern, never by who or whom."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
)
from prometheus_client import generate_latest as write_out

from api.http.authorisation import AnyServed, Caller, needs
from catalog.keys import Scope

router = APIRouter(tags=["health"])

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_SECONDS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)


class Metrics:
    """The counters of one server."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)  # memory, processor time, open files
        labels = ("method", "route", "status")
        self._requests = Counter(
            "bole_http_requests", "Requests answered", labels, registry=self.registry
        )
        self._seconds = Histogram(
            "bole_http_seconds",
            "Seconds from a request's first line to its last byte",
            ("method", "route"),
            registry=self.registry,
            buckets=_SECONDS,
        )
        self._waiting = Gauge(
            "bole_line_length", "Requests that wait for the models", registry=self.registry
        )

    def note(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request; a method or route that nobody made is "other"."""
        known = method if method in _METHODS else "other"
        self._requests.labels(known, route, str(status)).inc()
        self._seconds.labels(known, route).observe(seconds)

    def written(self, waiting: int) -> bytes:
        """All of it, in Prometheus' text form."""
        self._waiting.set(waiting)
        return write_out(self.registry)


@router.get(
    "/metrics",
    summary="Counters for Prometheus",
    response_class=Response,
    responses={200: {"content": {"text/plain": {"example": "bole_line_length 0.0\n"}}}},
)
def metrics(
    request: Request, served: AnyServed, _: Annotated[Caller, Depends(needs(Scope.AUDIT))]
) -> Response:
    """Prometheus sends the key where its configuration says `authorization: credentials: KEY`."""
    counted: Metrics = request.app.state.metrics
    return Response(counted.written(served.line.length), media_type=CONTENT_TYPE_LATEST)
