from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from catalog.errors import Conflict, InvalidRequest, NotFound
from catalog.keys import SCOPES, Key, Role, Scope
from catalog.store import Catalog
from catalog.store.keys import digest_of

DAY = timedelta(days=1)


def add(catalog: Catalog, name: str = "anna", role: Role = Role.RECRUITER, **more: object) -> str:
    with catalog.writing() as w:
        return w.keys.add(name, role, "root", **more).secret  # type: ignore[arg-type]


def opened(catalog: Catalog, secret: str) -> Key | None:
    with catalog.reading() as r:
        return r.keys.open(secret)


def wind_back(catalog: Catalog, **columns: timedelta) -> None:
    """Let moments of the only key lie so far in the past."""
    with catalog.writing() as w:
        key = sa.table(
            "api_key", *(sa.column(name, sa.DateTime(timezone=True)) for name in columns)
        )
        w.unit.connection.execute(
            sa.update(key).values({name: datetime.now(UTC) - ago for name, ago in columns.items()})
        )


def test_a_secret_opens_its_own_key_and_nobody_elses(catalog: Catalog) -> None:
    anna, sync = add(catalog), add(catalog, "sync", Role.INTEGRATOR)
    found = opened(catalog, anna)
    assert found is not None
    assert (found.name, found.role, found.scopes) == (
        "anna",
        Role.RECRUITER,
        {Scope.SEARCH, Scope.INGEST, Scope.OUTCOMES},
    )
    other = opened(catalog, sync)
    assert other is not None
    assert other.scopes == {Scope.INGEST, Scope.OUTCOMES}


def test_a_secret_has_256_random_bits_and_is_stored_only_as_a_digest(catalog: Catalog) -> None:
    secrets = {add(catalog, f"key {n}") for n in range(20)}
    assert len(secrets) == 20
    assert {len(secret) for secret in secrets} == {len("bole_") + 43}  # 43 × 6 bits ≥ 256
    with catalog.reading() as r:
        rows = r.unit.connection.exec_driver_sql("SELECT * FROM api_key").all()
    written = repr(rows)
    assert not any(secret in written or secret[5:] in written for secret in secrets)
    assert all(digest_of(secret) in written for secret in secrets)


@pytest.mark.parametrize(
    "secret",
    [
        "",
        "bole_",
        "bole_" + "A" * 43,
        "bole_" + "A" * 42,
        "bole_" + "A" * 10_000,
        "' OR 1=1 --",
        "bole_" + "Ａ" * 43,
        "bole_" + "A" * 42 + "\x00",
        "bole_" + "A" * 43 + "\n",
        "\ud800",
    ],
)
def test_what_is_no_secret_opens_nothing(catalog: Catalog, secret: str) -> None:
    add(catalog)
    assert opened(catalog, secret) is None


def test_a_stored_digest_is_no_secret(catalog: Catalog) -> None:
    secret = add(catalog)
    assert opened(catalog, digest_of(secret)) is None
    assert opened(catalog, "bole_" + digest_of(secret)[:43]) is None


def test_a_revoked_key_opens_nothing_and_stays_on_record(catalog: Catalog) -> None:
    secret = add(catalog)
    with catalog.writing() as w:
        key = w.keys.revoke(w.keys.named("anna").id, "root")
    assert (key.revoked_by, key.revoked_at is not None) == ("root", True)
    assert opened(catalog, secret) is None
    with catalog.writing() as w, pytest.raises(Conflict, match="already"):
        w.keys.revoke(key.id, "root")
    with pytest.raises(Conflict, match="or was"):
        add(catalog)  # its name is never given to another
    with catalog.writing() as w, pytest.raises(Conflict, match="revoked"):
        w.keys.rotate(key.id, DAY)


def test_a_key_opens_until_it_expires(catalog: Catalog) -> None:
    secret = add(catalog, expires_at=datetime.now(UTC) + DAY)
    assert opened(catalog, secret) is not None
    wind_back(catalog, expires_at=timedelta(0))
    assert opened(catalog, secret) is None


def test_after_a_rotation_both_secrets_open_until_the_grace_is_over(catalog: Catalog) -> None:
    old = add(catalog)
    with catalog.writing() as w:
        issued = w.keys.rotate(w.keys.named("anna").id, DAY)
    assert issued.secret != old
    assert [opened(catalog, each) == issued.key for each in (old, issued.secret)] == [True, True]
    wind_back(catalog, former_until=timedelta(seconds=1))
    assert opened(catalog, old) is None
    assert opened(catalog, issued.secret) is not None


def test_a_second_rotation_ends_the_first_secret_at_once(catalog: Catalog) -> None:
    first = add(catalog)
    with catalog.writing() as w:
        second = w.keys.rotate(1, DAY).secret
    with catalog.writing() as w:
        third = w.keys.rotate(1, DAY).secret
    assert opened(catalog, first) is None
    assert opened(catalog, second) is not None
    assert opened(catalog, third) is not None


def test_a_rotation_without_grace_ends_the_old_secret_at_once(catalog: Catalog) -> None:
    old = add(catalog)
    with catalog.writing() as w:
        w.keys.rotate(1, timedelta(0))
    assert opened(catalog, old) is None


def test_use_is_noted_by_the_day(catalog: Catalog) -> None:
    add(catalog)
    today = datetime.now(UTC).date()
    for _ in range(2):
        with catalog.writing() as w:
            w.keys.note_use(1)
    with catalog.reading() as r:
        assert r.keys.get(1).last_used_on == today


@pytest.mark.parametrize("name", ["", " ", " anna", "a" * 81, "a\nb", "a\x00", "<b>", "\u202eanna"])
def test_a_name_that_would_blur_the_record_is_refused(catalog: Catalog, name: str) -> None:
    with pytest.raises(InvalidRequest):
        add(catalog, name)


@pytest.mark.parametrize("name", ["李雷", "anna@office.example", "greenhouse sync/1"])
def test_a_name_may_be_anybodys(catalog: Catalog, name: str) -> None:
    add(catalog, name)
    with catalog.reading() as r:
        assert r.keys.named(name).id == 1


def test_a_key_needs_a_scope_and_a_future(catalog: Catalog) -> None:
    with pytest.raises(InvalidRequest, match="scope"):
        add(catalog, scopes=())
    with pytest.raises(InvalidRequest, match="expire"):
        add(catalog, expires_at=datetime.now(UTC) - DAY)
    with pytest.raises(InvalidRequest, match="negative"), catalog.writing() as w:
        w.keys.rotate(1, -DAY)
    with pytest.raises(NotFound), catalog.reading() as r:
        r.keys.named("anna")


def test_scopes_that_are_named_replace_the_roles(catalog: Catalog) -> None:
    secret = add(catalog, scopes=(Scope.SEARCH,))
    found = opened(catalog, secret)
    assert found is not None
    assert found.scopes == {Scope.SEARCH}


def test_only_an_administrator_may_administer_and_a_feed_sees_nobody() -> None:
    assert [role for role in Role if Scope.ADMIN in SCOPES[role]] == [Role.ADMIN]
    assert Scope.SEARCH not in SCOPES[Role.INTEGRATOR]
    assert SCOPES[Role.AUDITOR] == {Scope.AUDIT}
