"""Values that several models share."""

from __future__ import annotations

import re
from typing import Annotated, Any

from fastapi import Path
from pydantic import AfterValidator, BaseModel, ConfigDict

_NO_TEXT = re.compile("[\x00\ud800-\udfff]")


def _storable(text: str) -> str:
    if _NO_TEXT.search(text):
        raise ValueError("a text cannot hold the character NUL, nor half of a surrogate pair")
    return text


Text = Annotated[str, AfterValidator(_storable)]

Number = Annotated[int, Path(ge=1, le=2**63 - 1, examples=[7])]

Name = Annotated[
    Text,
    Path(
        min_length=1,
        max_length=220,
        description="Its number here, or `external:ID` with the id of another system.",
        examples=["7"],
    ),
]


class In(BaseModel):
    """What comes in; a field that is not known is refused, not passed over."""

    model_config = ConfigDict(extra="forbid")


def example(**fields: Any) -> ConfigDict:
    """A whole body that works, for the OpenAPI document."""
    return ConfigDict(json_schema_extra={"examples": [fields]})


class Out(BaseModel):
    """What goes out."""

    model_config = ConfigDict(extra="forbid")
