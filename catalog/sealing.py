"""Manifests with a checksum of themselves, so that a changed digit in one shows, too."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any


class SealError(ValueError):
    """The facts are not those that were sealed."""


class FormatError(ValueError):
    """The facts are of a format that is not the one asked for: `found`."""

    def __init__(self, found: object) -> None:
        super().__init__(f"format {found}")
        self.found = found


def seal(facts: Mapping[str, Any]) -> bytes:
    """The facts, which are JSON and name their `format`, with their checksum."""
    text = json.dumps(facts, sort_keys=True)
    return json.dumps({"manifest": json.loads(text), "sha256": _sum(text)}, indent=1).encode()


def unseal(content: bytes, wanted: int) -> dict[str, Any]:
    """The facts that were sealed.

    Errors: FormatError, SealError; ValueError, KeyError or TypeError for what was never sealed.
    """
    sealed = json.loads(content)
    facts: dict[str, Any] = sealed["manifest"]
    if facts["format"] != wanted:
        raise FormatError(facts["format"])
    if _sum(json.dumps(facts, sort_keys=True)) != sealed["sha256"]:
        raise SealError("the checksum does not match")
    return facts


def _sum(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
