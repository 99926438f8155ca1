"""Keys of the API. A secret is 256 random bits: its plain SHA-256 cannot be guessed back."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

import sqlalchemy as sa

from catalog.errors import Conflict, InvalidRequest, NotFound
from catalog.keys import SCOPES, Issued, Key, Role, Scope
from catalog.store.tables import ApiKeyRow
from catalog.store.unit import Unit

PREFIX = "bole_"  # so that scanners of repositories and logs know one when they see one
_SECRET = re.compile(rf"{PREFIX}[A-Za-z0-9_-]{{43}}")
_NAME = re.compile(r"[\w .@/-]{1,80}")


def digest_of(secret: str) -> str:
    """What is stored of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


class Keys:
    """The keys of one transaction."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def add(
        self,
        name: str,
        role: Role,
        by: str,
        *,
        scopes: Iterable[Scope] | None = None,
        expires_at: datetime | None = None,
    ) -> Issued:
        """Make a key. Its name is for ever its own, so that the record of accesses stays clear.

        Raises:
            Conflict: there is, or was, a key of that name.
            InvalidRequest: the name cannot be one, no scope is left, or it has expired already.
        """
        self._unit.wait_for_writers()
        if not _NAME.fullmatch(name) or name != name.strip():
            raise InvalidRequest(
                "a key is named by up to 80 letters, digits, spaces and . @ / - _"
                " (who or what uses it)"
            )
        allowed = SCOPES[role] if scopes is None else frozenset(scopes)
        if not allowed:
            raise InvalidRequest("a key without a scope opens nothing")
        if expires_at is not None and expires_at <= self._unit.now:
            raise InvalidRequest("a key cannot expire before it is made")
        if self._row(ApiKeyRow.name == name) is not None:
            raise Conflict(f"there is, or was, a key named {name!r}: choose another name")
        secret = _new_secret()
        number = self._unit.insert(
            ApiKeyRow,
            {
                "name": name,
                "role": role,
                "scopes": sorted(allowed),
                "digest": digest_of(secret),
                "created_at": self._unit.now,
                "created_by": by,
                "expires_at": expires_at,
            },
        )
        return Issued(self.get(number), secret)

    def rotate(self, number: int, grace: timedelta) -> Issued:
        """Give a key a new secret; the one before is good for `grace` more, one before that not.

        Raises:
            NotFound, InvalidRequest; Conflict: the key is revoked or has expired.
        """
        if grace < timedelta(0):
            raise InvalidRequest("the time for which the old secret stays good cannot be negative")
        self._unit.wait_for_writers()
        key = self.get(number)
        if not key.is_good(self._unit.now):
            raise Conflict(f"key {key.name!r} is revoked or has expired: add another one")
        secret = _new_secret()
        self._change(
            number,
            digest=digest_of(secret),
            former_digest=ApiKeyRow.digest,
            former_until=self._unit.now + grace,
        )
        return Issued(self.get(number), secret)

    def revoke(self, number: int, by: str) -> Key:
        """Let a key open nothing from now on. Errors: NotFound; Conflict where it is revoked."""
        self._unit.wait_for_writers()
        key = self.get(number)
        if key.revoked_at is not None:
            raise Conflict(f"key {key.name!r} has been revoked already")
        self._change(number, revoked_at=self._unit.now, revoked_by=by)
        return self.get(number)

    def open(self, secret: str) -> Key | None:
        """The key that a secret belongs to, if it opens anything now."""
        if not _SECRET.fullmatch(secret):
            return None
        digest, now = digest_of(secret), self._unit.now
        key = self._row(
            sa.or_(
                ApiKeyRow.digest == digest,
                sa.and_(ApiKeyRow.former_digest == digest, ApiKeyRow.former_until > now),
            )
        )
        return key if key is not None and key.is_good(now) else None

    def note_use(self, number: int) -> None:
        """Note that a key was used today, in UTC."""
        today = self._unit.now.date()
        self._unit.connection.execute(
            sa.update(ApiKeyRow)
            .where(
                ApiKeyRow.id == number,
                sa.or_(ApiKeyRow.last_used_on.is_(None), ApiKeyRow.last_used_on < today),
            )
            .values(last_used_on=today)
        )

    def get(self, number: int) -> Key:
        """A key by its number. Errors: NotFound."""
        key = self._row(ApiKeyRow.id == number)
        if key is None:
            raise NotFound(f"there is no key {number}")
        return key

    def named(self, name: str) -> Key:
        """A key by its name. Errors: NotFound."""
        key = self._row(ApiKeyRow.name == name)
        if key is None:
            raise NotFound(f"there is no key named {name!r}: `bole keys list` says which there are")
        return key

    def all(self) -> list[Key]:
        """Every key there is or was, oldest first."""
        return self._rows(sa.true())

    def _change(self, number: int, **values: object) -> None:
        self._unit.connection.execute(
            sa.update(ApiKeyRow).where(ApiKeyRow.id == number).values(**values)
        )

    def _row(self, which: sa.ColumnElement[bool]) -> Key | None:
        return next(iter(self._rows(which)), None)

    def _rows(self, which: sa.ColumnElement[bool]) -> list[Key]:
        rows = self._unit.connection.execute(
            sa.select(
                ApiKeyRow.id,
                ApiKeyRow.name,
                ApiKeyRow.role,
                ApiKeyRow.scopes,
                ApiKeyRow.created_at,
                ApiKeyRow.created_by,
                ApiKeyRow.expires_at,
                ApiKeyRow.former_until,
                ApiKeyRow.revoked_at,
                ApiKeyRow.revoked_by,
                ApiKeyRow.last_used_on,
            )
            .where(which)
            .order_by(ApiKeyRow.id)
        )
        return [
            Key(
                **{
                    **row._mapping,
                    "role": Role(row.role),
                    "scopes": frozenset(map(Scope, row.scopes)),
                }
            )
            for row in rows
        ]


def _new_secret() -> str:
    return PREFIX + secrets.token_urlsafe(32)
