"""What the environment says. The only place that reads it."""

from __future__ import annotations

from datetime import time
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from catalog.errors import InvalidRequest


def _time_of_day(value: Any) -> Any:
    from api.nightly.schedule import read_time

    try:
        return read_time(value) if isinstance(value, str) else value
    except InvalidRequest as error:
        raise ValueError(str(error)) from None


class Settings(BaseSettings):
    """Every setting is also an environment variable with the prefix BOLE_."""

    model_config = SettingsConfigDict(env_prefix="BOLE_", env_file=None)

    data: Path = Path("bole-data")
    database_url: str | None = None  # default: a SQLite file in the data folder
    device: str = "cpu"
    workers: int = 2  # processes that read documents
    kept_generations: Annotated[int, Field(ge=1)] = 3  # of the index, the served one among them
    night_at: Annotated[time, BeforeValidator(_time_of_day)] = time(3, 30)  # local, HH:MM
    night_retrain: Annotated[int, Field(ge=0, le=3650)] = (
        0  # days from one training to the next; 0: never
    )
    night_keep: Annotated[int, Field(ge=1)] = 400  # nights whose reports are kept
    night_threads: Annotated[int, Field(ge=1)] = 1  # that a night beside a server computes with
    serve_nights: bool = False  # `bole serve` runs the nights too
    # Days until the last byte of somebody who was erased is gone; the law gives a month.
    erasure_days: Annotated[int, Field(ge=1, le=90)] = 30

    # The HTTP API (`bole serve`).
    api_body_mb: Annotated[int, Field(ge=1, le=2000)] = 60  # of one request
    api_waiting: Annotated[int, Field(ge=1, le=10_000)] = 32  # requests that wait for the models
    api_rate: Annotated[int, Field(ge=1)] = 1200  # requests a minute and key
    api_origins: tuple[str, ...] = ()  # web pages of other servers that may call the API (CORS)

    @property
    def url(self) -> str:
        """The database's URL."""
        from catalog.store.engine import default_url

        return self.database_url or default_url(self.data)


def read_settings(data: Path | None = None) -> Settings:
    """The settings of this process; `data` wins over BOLE_DATA. Errors: InvalidRequest."""
    try:
        return Settings() if data is None else Settings(data=data)
    except ValidationError as error:
        names = ", ".join(f"BOLE_{str(e['loc'][0]).upper()}: {e['msg']}" for e in error.errors())
        raise InvalidRequest(f"the settings cannot be read: {names}") from None
