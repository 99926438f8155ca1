"""The database and the blob folder behind the catalog. SQL and ORM rows stay inside this package.

`migrate`, `create_catalog` and `open_catalog` are loaded when first used: importing the package
(or a command's `--help`) does not pay for SQLAlchemy.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from catalog.store.catalog import Catalog, Reading, Writing, create_catalog, open_catalog
    from catalog.store.migrating import migrate

__all__ = ["Catalog", "Reading", "Writing", "create_catalog", "migrate", "open_catalog"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(name)
    module = "catalog.store.migrating" if name == "migrate" else "catalog.store.catalog"
    return getattr(import_module(module), name)
