"""`bole serve`: the HTTP API, in one process that loads the models once."""

from __future__ import annotations

import logging
import signal
import socket
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.console import open_workplace

if TYPE_CHECKING:
    import uvicorn

_GRACE = 30  # seconds that requests under way have when the server is told to stop
_MOST_CONNECTIONS = 1000
_LOOPBACK = ("127.", "::1", "localhost")


def serve(
    context: typer.Context,
    host: Annotated[
        str, typer.Option(help="Where to listen; 0.0.0.0 for every network.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0: any that is free.")] = 8000,
    tls_cert: Annotated[
        Path | None, typer.Option(help="The certificate, PEM, with its chain.", show_default=False)
    ] = None,
    tls_key: Annotated[
        Path | None, typer.Option(help="The certificate's key, PEM.", show_default=False)
    ] = None,
    nights: Annotated[
        bool | None,
        typer.Option(
            "--nights/--no-nights",
            help="Run `bole nightly` beside the server each night, at BOLE_NIGHT_AT (03:30).",
            show_default="BOLE_SERVE_NIGHTS, else no",
        ),
    ] = None,
) -> None:
    """Serve the HTTP API until stopped (Ctrl-C, SIGTERM); /docs says how to use it.

    /ready answers 503 until the models are loaded. When told to stop, requests
    under way are answered first. Keys: `bole keys add NAME`.
    """
    from catalog.errors import InvalidRequest

    place = open_workplace(context)
    if nights is not None:
        place = replace(place, settings=place.settings.model_copy(update={"serve_nights": nights}))
    place.catalog  # noqa: B018 (what is wrong with it is said now, and not to callers)
    if (tls_cert is None) != (tls_key is None):
        raise InvalidRequest("TLS needs both --tls-cert and --tls-key")
    listening = _listen(host, port)
    try:
        server = _make_server(place, tls_cert, tls_key)
        _say_where(listening, tls=tls_cert is not None)
        # Uvicorn raises the signal that ended it once more when all is done: nothing is left to do.
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, lambda *_: None)
        server.run(sockets=[listening])
    finally:
        listening.close()
    if not server.started:
        raise typer.Exit(1)


class UtcFormatter(logging.Formatter):
    """A line of the log, its moment in UTC."""

    converter = time.gmtime  # type: ignore[assignment]  # as the logging module documents


def _make_server(place: Any, certificate: Path | None, key: Path | None) -> uvicorn.Server:
    import uvicorn

    from api.http.app import make_app
    from catalog.errors import InvalidRequest

    config = uvicorn.Config(
        make_app(place),
        http="h11",
        ws="none",
        lifespan="on",
        ssl_certfile=certificate,
        ssl_keyfile=key,
        access_log=False,  # ours names routes, not paths
        log_config=_LOGGING,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=_MOST_CONNECTIONS,
        timeout_graceful_shutdown=_GRACE,
    )
    try:
        config.load()
    except OSError as error:  # ssl.SSLError is one
        raise InvalidRequest(f"TLS: {error.strerror or error}") from None
    return uvicorn.Server(config)


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket. Errors: InvalidRequest where one cannot listen there."""
    from catalog.errors import InvalidRequest

    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listening = socket.socket(family, kind, protocol)
        try:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind(address)
            listening.listen(1024)  # who connects from now on waits, and is not turned away
        except BaseException:
            listening.close()
            raise
    except (OSError, UnicodeError) as error:
        why = getattr(error, "strerror", None) or "not a host"
        raise InvalidRequest(f"cannot listen on {host} port {port}: {why}") from None
    return listening


def _say_where(listening: socket.socket, *, tls: bool) -> None:
    from api.screen import out

    host, port = listening.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    url = f"{'https' if tls else 'http'}://{shown}:{port}"
    out.print(f"Listening on {url} (how to use it: {url}/docs)", soft_wrap=True)
    if not tls and not host.startswith(_LOOPBACK):
        out.print(
            "Without TLS keys and résumés can be read on the way: give --tls-cert and --tls-key, "
            "or listen on 127.0.0.1 behind a proxy that has them.",
            soft_wrap=True,
        )


_LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "api.serving.UtcFormatter",
            "format": "%(asctime)sZ %(levelname)s %(name)s %(message)s",
            "datefmt": "%Y-%m-%dT%H:%M:%S",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {
        "bole": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        "uvicorn": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
    },
}
