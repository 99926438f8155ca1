"""Frozen values to JSON and back, by their types: how `reading`'s values are stored.

Spans are [start, end] and months "2024-05"; fields at their default are left out, so that a field
added later reads old records. Where a field's type offers several classes, "is" says which it is.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Hashable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass, replace
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from catalog.errors import Damaged
from reading.dates import Month
from reading.resume import Resume
from reading.spans import Span

T = TypeVar("T")
Decoder = Callable[[Any], Any]


def resume_to_json(resume: Resume) -> dict[str, Any]:
    """A résumé without its text, which the extraction holds already."""
    encoded = to_json(resume)
    assert isinstance(encoded, dict)
    encoded["text"] = ""
    return encoded


def resume_from_json(parsed: Mapping[str, Any], text: str) -> Resume:
    """The résumé that `resume_to_json` stored, over its extraction's text."""
    return replace(from_json(Resume, parsed), text=text)


def to_json(value: Any) -> Any:
    """JSON for a value made of frozen dataclasses, enums, tuples and plain values."""
    if value is None or type(value) in (str, int, float, bool):
        return value
    if isinstance(value, Span):
        return [value.start, value.end]
    if isinstance(value, Month):
        return str(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple | list):
        return [to_json(item) for item in value]
    if is_dataclass(value):
        return {
            field.name: _field_to_json(type(value), field.name, item)
            for field in fields(value)
            if not _is_default(field, item := getattr(value, field.name))
        }
    raise TypeError(f"{type(value).__name__} has no form in JSON")


def from_json(kind: type[T], data: Any) -> T:
    """The value of a class that `to_json` encoded.

    Raises:
        Damaged: the data is not of that class.
    """
    try:
        hint: Any = kind
        decode = _decoder(hint)
        value: T = decode(data)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise Damaged(f"a stored {kind.__name__} is not of the form that it should be") from None
    return value


def _is_default(field: Field[Any], value: Any) -> bool:
    if field.default is not MISSING:
        return bool(field.default == value and type(field.default) is type(value))
    return field.default_factory is not MISSING and bool(field.default_factory() == value)


def _field_to_json(owner: type, name: str, value: Any) -> Any:
    encoded = to_json(value)
    if len(_choices(_hints(owner)[name])) > 1 and is_dataclass(value):
        return {"is": type(value).__name__, **encoded}
    return encoded


@cache
def _hints(owner: type) -> dict[str, Any]:
    return get_type_hints(owner)


def _choices(hint: Any) -> list[Any]:
    """The dataclasses among a union's members."""
    if get_origin(hint) not in (Union, types.UnionType):
        return []
    return [
        member for member in get_args(hint) if is_dataclass(member) and member not in (Span, Month)
    ]


@cache
def _decoder(hint: Hashable) -> Decoder:
    origin, arguments = get_origin(hint), get_args(hint)
    if hint is Span:
        return lambda data: Span(*data)
    if hint is Month:
        return lambda data: Month(int(data[:4]), int(data[5:]))
    if origin in (Union, types.UnionType):
        return _union_decoder(hint)
    if origin is tuple:
        inner = _decoder(arguments[0])
        return lambda data: tuple(inner(item) for item in data)
    if is_dataclass(origin or hint):
        return _class_decoder(origin or hint, arguments)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint
    return _checked(hint)


def _checked(hint: Any) -> Decoder:
    def check(data: Any) -> Any:
        if isinstance(hint, type) and type(data) is not hint:
            raise TypeError(hint)
        return data

    return check


def _union_decoder(hint: Any) -> Decoder:
    members = [member for member in get_args(hint) if member is not types.NoneType]
    if len(members) == 1:
        only = _decoder(members[0])
        return lambda data: None if data is None else only(data)
    by_name = {member.__name__: _decoder(member) for member in members}

    def decode(data: Any) -> Any:
        if data is None:
            return None
        rest = dict(data)
        return by_name[rest.pop("is")](rest)

    return decode


def _class_decoder(kind: Any, arguments: tuple[Any, ...]) -> Decoder:
    # A generic class's own variables stand for the arguments it is used with, in order.
    filled = dict(zip(getattr(kind, "__parameters__", ()), arguments, strict=False))
    decoders = {name: _decoder(filled.get(hint, hint)) for name, hint in _hints(kind).items()}

    def decode(data: Any) -> Any:
        return kind(**{name: decoders[name](item) for name, item in data.items()})

    return decode
