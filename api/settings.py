"""What the environment says. The only place that reads it."""

from __future__ import annotations

from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict


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
        return self.database_url or f"sqlite:///{self.data / 'catalog.sqlite3'}"
