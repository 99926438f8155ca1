from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from catalog.people import Claim
from catalog.resumes import Facts, NewDocument, NewExtraction, NewPassage, NewResume
from reading.identity.scoring_view import Segment
from reading.spans import Span

ResumeMaker = Callable[..., NewResume]


@pytest.fixture
def resume() -> ResumeMaker:
    """Makes a résumé of a text: one passage per line, nothing stripped."""

    def make(
        text: str,
        *,
        external: str | None = None,
        email: str | None = None,
        phone: str | None = None,
        name: str | None = None,
        facts: Facts | None = None,
        reader: str = "plain/1",
        parser: str = "1",
        claims: Sequence[Claim] = (),
        **more: Any,
    ) -> NewResume:
        given = {"external": external, "email": email, "phone": phone}
        content = text.encode()
        return NewResume(
            document=NewDocument(
                content_hash=hashlib.sha256(content).hexdigest(),
                media_type="text/plain",
                language="en",
                size=len(content),
                source="file",
                filename=more.pop("filename", "cv.txt"),
            ),
            extraction=NewExtraction(reader, text),
            parser=parser,
            language="en",
            parsed=more.pop("parsed", {}),
            scoring_text=text,
            segments=(Segment(0, 0, len(text)),),
            facts=facts or Facts(),
            passages=tuple(_passages(text)),
            claims=(
                *(Claim(kind, value) for kind, value in given.items() if value is not None),
                *claims,
            ),
            name=name,
            **more,
        )

    return make


def _passages(text: str) -> Sequence[NewPassage]:
    passages, at = [], 0
    for line in text.split("\n"):
        span = Span(at, at + len(line))
        passages.append(NewPassage(span, span, hashlib.sha256(line.encode()).hexdigest()))
        at = span.end + 1
    return passages
