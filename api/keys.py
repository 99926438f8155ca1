"""`bole keys`: who may use the HTTP API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.console import AsJson, By, open_workplace, print_json, who
from catalog.keys import Role, Scope

if TYPE_CHECKING:
    from catalog.keys import Issued, Key

keys = typer.Typer(
    help="Keys for the HTTP API (`bole serve`): one for each person or program that uses it.",
    no_args_is_help=True,
)

Name = Annotated[str, typer.Argument(help="The key's name.")]


@keys.command()
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Who or what uses it, e.g. 'greenhouse sync'.")],
    role: Annotated[
        Role,
        typer.Option(
            help="recruiter: search, ingest, outcomes; integrator: ingest, outcomes; "
            "auditor: audit; admin: everything."
        ),
    ] = Role.RECRUITER,
    scope: Annotated[
        list[Scope] | None,
        typer.Option(help="Exactly this, not what the role has; repeat for more."),
    ] = None,
    days: Annotated[
        int, typer.Option(min=0, max=3650, help="Until it expires; 0: it does not.")
    ] = 365,
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Make a key. Its secret is shown this once; of it only a hash is stored."""
    from datetime import UTC, datetime, timedelta

    expires_at = datetime.now(UTC) + timedelta(days=days) if days else None
    with open_workplace(context).catalog.writing() as writing:
        issued = writing.keys.add(
            name.strip(), role, who(by), scopes=scope or None, expires_at=expires_at
        )
    _show_secret(issued, as_json=as_json)


@keys.command("list")
def list_(context: typer.Context, as_json: AsJson = False) -> None:
    """List the keys, those that open nothing any more included; never a secret."""
    from api.screen import out, show_table

    with open_workplace(context).catalog.reading() as reading:
        found = [key_out(key) for key in reading.keys.all()]
    if as_json:
        print_json(found)
        return
    if not found:
        out.print("There is no key yet. Make one: bole keys add NAME")
        return
    columns = ("name", "role", "scopes", "state", "expires_at", "last_used_on")
    rows = [
        [" ".join(each["scopes"]) if name == "scopes" else each[name] or "" for name in columns]
        for each in found
    ]
    show_table("keys", columns, rows)


@keys.command()
def revoke(context: typer.Context, name: Name, by: By = None, as_json: AsJson = False) -> None:
    """Let a key open nothing from the next request on. There is no way back: add another one."""
    from api.screen import out

    with open_workplace(context).catalog.writing() as writing:
        key = writing.keys.revoke(writing.keys.named(name).id, who(by))
    if as_json:
        print_json(key_out(key))
        return
    out.print(f"Key {key.name!r} opens nothing any more.", markup=False)


@keys.command()
def rotate(
    context: typer.Context,
    name: Name,
    hours: Annotated[
        int, typer.Option(min=0, max=24 * 90, help="How long the secret before it stays good.")
    ] = 24,
    as_json: AsJson = False,
) -> None:
    """Give a key a new secret; the one before stays good for a while, so that nothing stops."""
    from datetime import timedelta

    with open_workplace(context).catalog.writing() as writing:
        issued = writing.keys.rotate(writing.keys.named(name).id, timedelta(hours=hours))
    _show_secret(issued, as_json=as_json)


def key_out(key: Key) -> dict[str, Any]:
    """A key for machines: everything but its secret, which nobody has."""
    from datetime import UTC, datetime

    revoked = key.revoked_at is not None
    good = key.is_good(datetime.now(UTC))
    return {
        "name": key.name,
        "role": key.role.value,
        "scopes": sorted(scope.value for scope in key.scopes),
        "state": "good" if good else "revoked" if revoked else "expired",
        "created_at": key.created_at.isoformat(),
        "created_by": key.created_by,
        "expires_at": key.expires_at.isoformat() if key.expires_at else None,
        "former_secret_until": key.former_until.isoformat() if key.former_until else None,
        "revoked_at": key.revoked_at.isoformat() if key.revoked_at else None,
        "revoked_by": key.revoked_by,
        "last_used_on": key.last_used_on.isoformat() if key.last_used_on else None,
    }


def _show_secret(issued: Issued, *, as_json: bool) -> None:
    told = key_out(issued.key)
    if as_json:
        print_json(told | {"secret": issued.secret})
        return
    from api.screen import out, show_facts

    show_facts(
        {
            "key": told["name"],
            "may": " ".join(told["scopes"]),
            "expires": told["expires_at"] or "never",
        }
    )
    print(issued.secret)  # by itself on its line, to be copied or cut out
    out.print("This is shown once. Send it as: Authorization: Bearer KEY")
