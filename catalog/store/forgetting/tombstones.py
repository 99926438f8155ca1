"""What keeps somebody who was erased from coming back: keyed hashes of what identified them.

One tombstone for each claim that ever pointed to them, for each document and its text, and for
each word of their names (with its initial), so that the rules of `identification` can be followed
without the names: a phone that two people share must not keep the other one out.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa

from catalog.errors import Damaged
from catalog.forgetting import Tombstone
from catalog.people import Claim, ClaimKind
from catalog.store.forgetting.key import KEY_FILE
from catalog.store.names import is_han, words_of
from catalog.store.tables import TombstoneRow
from catalog.store.unit import Unit, in_lots

BY_ID, BY_EMAIL, BY_PHONE, BY_CONTENT = range(4)
"""How surely a match tells who it is; the lower, the surer."""

_KEY, _CONTENT, _TEXT = "key", "content", "text"
_NAME, _INITIAL = "name", "initial"
_LONG_ENOUGH = 100  # letters and digits; two people's shorter texts may be alike by chance
_NOT_SAID = re.compile(r"[\W_]+")


def digest(key: bytes, kind: str, value: str) -> str:
    """HMAC-SHA-256 of kind and value, hex."""
    said = f"{kind}\0{value}".encode("utf-8", "surrogatepass")
    return hmac.new(key, said, hashlib.sha256).hexdigest()


def tombstones_of(
    key: bytes,
    person_id: int,
    claims: Iterable[Claim],
    names: Iterable[str],
    contents: Iterable[str],
    texts: Iterable[str],
) -> list[Tombstone]:
    """Everything that a person is recognised by, hashed; in order, each once."""
    said: dict[tuple[str, str], None] = {(_KEY, digest(key, _KEY, "")): None}
    for claim in claims:
        said[claim.kind, digest(key, claim.kind, claim.value)] = None
    for content in contents:
        said[_CONTENT, digest(key, _CONTENT, content)] = None
    for text in texts:
        if len(plain := _plain(text)) >= _LONG_ENOUGH:
            said[_TEXT, digest(key, _TEXT, plain)] = None
    for number, name in enumerate(dict.fromkeys(names)):
        words = words_of(name)
        script = "han" if is_han(words) else "other"
        for place, word in enumerate(words):
            said[f"{_NAME}/{number}/{place}/{script}", digest(key, _NAME, word)] = None
            said[f"{_INITIAL}/{number}/{place}", digest(key, _INITIAL, word[0])] = None
    return [Tombstone(kind, hashed, person_id) for kind, hashed in said]


def check_key(connection: sa.Connection, key: bytes) -> None:
    """Refuse a key that does not fit the tombstones that are there. Errors: Damaged."""
    if _made_with(connection) not in (None, digest(key, _KEY, "")):
        raise Damaged(
            f"{KEY_FILE} is not the key that the tombstones were made with: restore the one that "
            "belongs to this catalog"
        )


def fits_key(tombstones: Iterable[Tombstone], key: bytes) -> bool:
    """Whether these, all of one person, were made with the key."""
    return any((each.kind, each.digest) == (_KEY, digest(key, _KEY, "")) for each in tombstones)


def _made_with(connection: sa.Connection) -> str | None:
    return connection.scalar(
        sa.select(TombstoneRow.digest).where(TombstoneRow.kind == _KEY).limit(1)
    )


class Tombstones:
    """The tombstones of one transaction, looked at with one key."""

    def __init__(self, connection: sa.Connection, key: bytes) -> None:
        self._connection = connection
        self._key = key

    @classmethod
    def of(cls, unit: Unit) -> Tombstones | None:
        """The tombstones, if there are any.

        Raises:
            NotReady: the key is missing.
            Damaged: it is another key than the one they were made with.
        """
        if _made_with(unit.connection) is None:
            return None
        key = unit.erasure_key()
        check_key(unit.connection, key)
        return cls(unit.connection, key)

    def matching(self, claims: Sequence[Claim], name: str | None) -> list[tuple[int, int]]:
        """Whom claims point to among the erased: (how surely, person), by identification's rules.

        An id decides alone, an e-mail unless the names contradict each other, a phone only where
        the names agree.
        """
        found = self._holding(claims)
        names = self._names({person for _, person in found})
        matches = []
        for kind, person in found:
            known = names.get(person, ())
            if kind not in (ClaimKind.EMAIL, ClaimKind.PHONE):
                matches.append((BY_ID, person))
            elif kind == ClaimKind.EMAIL and not self._all_contradict(name, known):
                matches.append((BY_EMAIL, person))
            elif kind == ClaimKind.PHONE and any(self._agree(name, each) for each in known):
                matches.append((BY_PHONE, person))
        return sorted(set(matches))

    def of_content(self, content_hash: str, text: str) -> int | None:
        """The erased person whose document has these bytes, or says the same letter by letter."""
        wanted = {_CONTENT: content_hash, _TEXT: _plain(text)}
        pairs = [
            sa.and_(TombstoneRow.kind == kind, TombstoneRow.digest == digest(self._key, kind, said))
            for kind, said in wanted.items()
            if said
        ]
        return self._connection.scalar(
            sa.select(TombstoneRow.person_id).where(sa.or_(*pairs)).limit(1)
        )

    def of_contents(self, contents: Iterable[str]) -> set[str]:
        """Those of these blobs' keys that only erased people had."""
        buried = set(
            self._connection.scalars(
                sa.select(TombstoneRow.digest).where(TombstoneRow.kind == _CONTENT)
            )
        )
        return {each for each in contents if digest(self._key, _CONTENT, each) in buried}

    def _holding(self, claims: Sequence[Claim]) -> list[tuple[str, int]]:
        kinds = sorted({claim.kind for claim in claims})
        wanted = {(claim.kind, digest(self._key, claim.kind, claim.value)) for claim in claims}
        found: list[tuple[str, int]] = []
        for lot in in_lots(sorted({hashed for _, hashed in wanted})):
            rows = self._connection.execute(
                sa.select(TombstoneRow.kind, TombstoneRow.digest, TombstoneRow.person_id).where(
                    TombstoneRow.kind.in_(kinds), TombstoneRow.digest.in_(lot)
                )
            )
            found += [(kind, person) for kind, hashed, person in rows if (kind, hashed) in wanted]
        return found

    def _names(self, people: set[int]) -> dict[int, list[_HashedName]]:
        names: defaultdict[int, dict[str, _HashedName]] = defaultdict(dict)
        rows = self._connection.execute(
            sa.select(TombstoneRow.kind, TombstoneRow.digest, TombstoneRow.person_id)
            .where(
                TombstoneRow.person_id.in_(people),
                sa.or_(
                    TombstoneRow.kind.like(f"{_NAME}/%"), TombstoneRow.kind.like(f"{_INITIAL}/%")
                ),
            )
            .order_by(TombstoneRow.kind)
        )
        for kind, hashed, person in rows:
            what, number, place, *script = kind.split("/")
            name = names[person].setdefault(number, _HashedName())
            if what == _NAME:
                name.words[place] = hashed
                name.han = script == ["han"]
            else:
                name.initials[place] = hashed
        return {person: list(known.values()) for person, known in names.items()}

    def _agree(self, name: str | None, known: _HashedName) -> bool:
        words = words_of(name or "")
        if not words or not known.words:
            return False
        if len(words) <= len(known.words):
            return all(
                any(self._same(word, known, place) for place in known.words) for word in words
            )
        return all(any(self._same(word, known, place) for word in words) for place in known.words)

    def _all_contradict(self, name: str | None, names: Sequence[_HashedName]) -> bool:
        return bool(names) and all(self._contradict(name, known) for known in names)

    def _contradict(self, name: str | None, known: _HashedName) -> bool:
        words = words_of(name or "")
        if not words or not known.words or is_han(words) != known.han:
            return False
        return not any(self._same(word, known, place) for word in words for place in known.words)

    def _same(self, word: str, known: _HashedName, place: str) -> bool:
        """Whether a word is one of a hashed name's, or one of the two is the other's initial."""
        hashed = known.words[place]
        return hashed in (digest(self._key, _NAME, word), digest(self._key, _NAME, word[0])) or (
            len(word) == 1 and known.initials.get(place) == digest(self._key, _INITIAL, word)
        )


@dataclass(slots=True)
class _HashedName:
    words: dict[str, str] = field(default_factory=dict)  # place → digest
    initials: dict[str, str] = field(default_factory=dict)
    han: bool = False


def _plain(text: str) -> str:
    """A text's letters and digits alone: how it is laid out does not matter."""
    return _NOT_SAID.sub("", text).casefold()
