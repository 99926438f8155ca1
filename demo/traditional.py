"""Simplified to traditional characters, for the few who write so."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any, TypeVar, cast

T = TypeVar("T")


@cache
def _converter() -> Any:
    from opencc import OpenCC

    return OpenCC("s2tw")


def in_traditional(value: T) -> T:
    """The same value with every string inside it in traditional characters."""
    if isinstance(value, str):
        return cast(T, _converter().convert(value))
    if isinstance(value, tuple):
        return cast(T, tuple(in_traditional(each) for each in value))
    if is_dataclass(value) and not isinstance(value, type):
        changed = {
            f.name: in_traditional(getattr(value, f.name))
            for f in fields(value)
            if f.name not in ("language", "kind", "id", "trade", "skills", "email", "link")
        }
        return cast(T, replace(cast(Any, value), **changed))
    return value
