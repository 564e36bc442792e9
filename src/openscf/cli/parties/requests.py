"""What waits for a second pair of eyes."""

from collections.abc import Callable
from typing import Annotated, Any

import typer

from openscf.cli.common import Json
from openscf.cli.parties.session import Caller, Key, LoginName, Tenant, present, session

app = typer.Typer()
Request = Annotated[str, typer.Argument(metavar="REQUEST", help="The request (apr_…).")]
Sha256 = Annotated[str, typer.Argument(metavar="SHA256", help="Hash of the payload that you have seen, 64 hex digits.")]


@app.command(name="requests")
def list_requests(
    tenant: Tenant,
    party: Annotated[str, typer.Argument(help="The enterprise (pty_…).")],
    login: LoginName = None,
    as_json: Json = False,
) -> None:
    """List what waits for a decision in an enterprise, with the hash that an approval must name."""
    from openscf import parties  # noqa: PLC0415
    from openscf.kernel.ids import PartyId  # noqa: PLC0415

    identity = PartyId.parse(party)
    with session(Caller(tenant, login)) as opened:
        found = opened.read(lambda work: parties.open_requests(work, identity))
    rows = [
        {"id": str(one.id), "kind": one.kind, "by": str(one.made_by),
         "sha256": one.payload_sha256.hex(), "payload": dict(one.payload)}
        for one in found
    ]  # fmt: skip
    present(parties.as_record(found) if as_json else rows, as_json=as_json)


@app.command()
def approve(
    tenant: Tenant,
    request: Request,
    sha256: Sha256,
    login: LoginName = None,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Approve exactly the payload with this hash, as the person who signs in."""
    from openscf import parties  # noqa: PLC0415

    record = _judged("approve", Caller(tenant, login, key), parties.approve, given=(request, sha256, ""))
    present(record, as_json=as_json)


@app.command()
def reject(
    tenant: Tenant,
    request: Request,
    sha256: Sha256,
    reason: Annotated[str, typer.Option(help="Why.")],
    login: LoginName = None,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Reject the payload with this hash, as the person who signs in."""
    from openscf import parties  # noqa: PLC0415

    record = _judged("reject", Caller(tenant, login, key), parties.reject, given=(request, sha256, reason))
    present(record, as_json=as_json)


def _judged(name: str, caller: Caller, act: Callable[..., Any], *, given: tuple[str, str, str]) -> Any:
    from openscf import operations  # noqa: F401, PLC0415 - loads every capability that declares kinds of requests
    from openscf.parties import ApprovalRequestId  # noqa: PLC0415

    identity, (_, sha256, reason) = ApprovalRequestId.parse(given[0]), given
    try:
        seen = bytes.fromhex(sha256)
    except ValueError:
        raise typer.BadParameter("not a hash in hexadecimal digits", param_hint="SHA256") from None
    with session(caller) as opened:
        return opened.write(
            name,
            {"request": identity, "sha256": sha256.lower(), "reason": reason},
            lambda work: act(work, identity, seen, reason=reason),
        )
