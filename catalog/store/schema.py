"""Which version of the schema this program knows; a test compares it with the migrations."""

from __future__ import annotations

REVISION = "0005"  # the newest migration; revisions are numbered, so that newer is greater
