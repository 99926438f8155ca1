"""What the environment says. The only place that reads it."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from catalog.errors import InvalidRequest


class Settings(BaseSettings):
    """Every setting is also an environment variable with the prefix BOLE_."""

    model_config = SettingsConfigDict(env_prefix="BOLE_", env_file=None)

    data: Path = Path("bole-data")
    database_url: str | None = None  # default: a SQLite file in the data folder
    device: str = "cpu"
    workers: int = 2  # processes that read documents

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
