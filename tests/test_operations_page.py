"""The operator's page: every command that it names exists, and what it quotes is what we say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from api.settings import Settings
from tests.api.conftest import run_bole

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")


def commands() -> list[str]:
    """What stands in code and begins with `bole`, without what comes after a pipe or a comment."""
    spans = re.findall(r"`(bole [^`]+)`", PAGE) + re.findall(r"^    (bole .+)$", PAGE, re.MULTILINE)
    parts = [part for span in spans for part in re.split(r"\s*(?:&&|\||#|>)\s*", span)]
    return sorted({part for part in parts if part.startswith("bole ")})


def quoted() -> list[str]:
    """The messages in the first column of the last section's table."""
    rows = re.findall(r"^\| (.+?) \|", PAGE.split("## When the lights go out")[1], re.MULTILINE)
    spans = [span for row in rows for span in re.findall(r"`([^`]+)`", row)]
    return [span for span in spans if " " in span and not span.startswith("bole ")]


@pytest.fixture(scope="module")
def source() -> str:
    files = [
        file
        for room in ("api", "indexer", "search", "catalog")
        for file in (ROOT / room).rglob("*.py")
    ]
    text = "\n".join(file.read_text(encoding="utf-8") for file in files)
    joined = re.sub(r'"\s*\n\s*f?"', "", text)  # literals that go on in the next line
    return joined.replace("`", "")


@pytest.mark.parametrize("command", commands())
def test_every_command_on_the_page_exists_with_its_options(command: str, tmp_path: Path) -> None:
    words = command.split()[1:]
    names: list[str] = []
    for word in words:  # commands and their subcommands come first, arguments after them
        if not re.fullmatch(r"[a-z-]+", word) or run_bole(tmp_path, *names, word, "--help").code:
            break
        names.append(word)
    assert names, command
    if names == ["watch"]:  # `bole watch J01` is short for this
        names.append("job")
    said = run_bole(tmp_path, *names, "--help")
    assert said.code == 0
    for option in re.findall(r"--[a-z][a-z-]+", command):
        assert option in said.out, f"{command}: {option}"


@pytest.mark.parametrize("message", quoted())
def test_every_message_on_the_page_is_one_that_is_said(message: str, source: str) -> None:
    for part in filter(None, (part.strip() for part in message.split("…"))):
        assert part in source, part


def test_the_page_quotes_messages_and_names_commands_at_all() -> None:
    assert len(quoted()) > 8
    assert len(commands()) > 30


def test_every_setting_on_the_page_exists() -> None:
    named = {name.lower() for name in re.findall(r"BOLE_([A-Z_]+)", PAGE)}
    assert named <= set(Settings.model_fields)


def test_every_link_on_the_page_leads_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", PAGE):
        assert (ROOT / "docs" / target).exists(), target
    sections = {
        re.sub(r"[^a-z- ]", "", line[3:].lower()).replace(" ", "-")
        for line in PAGE.splitlines()
        if line.startswith("## ")
    }
    for anchor in re.findall(r"\]\(#([^)]+)\)", PAGE):
        assert anchor in sections, anchor
