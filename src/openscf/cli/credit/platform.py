"""Evaluating the platform's own firms: assess, refresh, rating, limit and its rules."""

import contextlib
import dataclasses
import datetime as dt
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from openscf.cli.common import Json, say, show
from openscf.cli.credit._tables import told
from openscf.cli.parties.session import SYSTEM, Caller, Key, LoginName, Tenant, day, present, session

if TYPE_CHECKING:
    from openscf.operations import AnchorShown, LimitExplained, RatingOf

app = typer.Typer()
Firm = Annotated[str, typer.Argument(metavar="PARTY", help="The firm (pty_…).")]
Viewer = Annotated[str | None, typer.Option(help="The enterprise that looks (pty_…): it sees what was consented to.")]
Owner = Annotated[str, typer.Option(help="The funder (pty_…).")]
On = Annotated[str | None, typer.Option("--date", help="As of this day, YYYY-MM-DD; today.")]


@app.command()
def assess(tenant: Tenant, firm: Annotated[list[str], typer.Argument(metavar="PARTY...", help="Firms (pty_…).")],
           on: On = None, as_json: Json = False) -> None:  # fmt: skip
    """Evaluate firms from the network now: score, rating, limit and price, kept with all their inputs."""
    _refresh(tenant, on, firm, as_json=as_json)


@app.command()
def refresh(tenant: Tenant, on: On = None, as_json: Json = False) -> None:
    """Evaluate all firms anew, and let limits follow: falls take effect at once, rises as far as two persons allowed.

    A second time changes nothing. Exit code 1 when a firm could not be judged; it is named.
    """
    _refresh(tenant, on, None, as_json=as_json)


@app.command()
def rating(tenant: Tenant, firm: Firm, viewer: Viewer = None, on: On = None, login: LoginName = None,
           as_json: Json = False) -> None:  # fmt: skip
    """Tell a firm's grade, the reasons, what each rater says, and where they disagree."""
    from openscf import operations  # noqa: PLC0415
    from openscf.kernel.ids import PartyId  # noqa: PLC0415

    party, other = PartyId.parse(firm), None if viewer is None else PartyId.parse(viewer)
    with session(Caller(tenant, login)) as opened:
        found = opened.read(lambda work: operations.rating_of(work, party, viewer=other, on=day(on, "--date")))
    if found is None:
        show({"party": firm, "rating": None}, say("Never evaluated.", "尚未评估。"), as_json=as_json)
        return
    show(_plain(found), _rating_text(found), as_json=as_json)


@app.command(name="limit-explained")
def limit_explained(tenant: Tenant, firm: Firm, viewer: Viewer = None, on: On = None, login: LoginName = None,
                    as_json: Json = False) -> None:  # fmt: skip
    """Tell a firm's assessed limit, why it is what it is, and what would raise it."""
    from openscf import operations  # noqa: PLC0415
    from openscf.kernel.ids import PartyId  # noqa: PLC0415

    party, other = PartyId.parse(firm), None if viewer is None else PartyId.parse(viewer)
    with session(Caller(tenant, login)) as opened:
        found = opened.read(lambda work: operations.limit_explained(work, party, viewer=other, on=day(on, "--date")))
    if found is None:
        show({"party": firm, "limit": None}, say("Never assessed.", "尚未评估。"), as_json=as_json)
        return
    show(_plain(found), _limit_text(found), as_json=as_json)


@app.command(name="limit-rule")
def limit_rule(
    tenant: Tenant,
    owner: Owner,
    part: Annotated[str, typer.Option(help="Its limit is this part of the assessed one: 50%.")] = "100%",
    raise_up_to: Annotated[str, typer.Option(help="Up to it a limit rises without another person.")] = "0.00",
    role: Annotated[str, typer.Option(help="Only where the firm stands in this role, as obligor.")] = "",
    currency: Annotated[str, typer.Option(help="ISO 4217.")] = "CNY",
    login: LoginName = None,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Ask that a funder's limits follow the assessed ones; a second person approves the rule."""
    from openscf import financing  # noqa: PLC0415
    from openscf.kernel.ids import PartyId  # noqa: PLC0415
    from openscf.kernel.money import currency as named  # noqa: PLC0415
    from openscf.kernel.money import parse_amount  # noqa: PLC0415
    from openscf.kernel.rates import Rate  # noqa: PLC0415

    amount = parse_amount(raise_up_to, named(currency), field="--raise-up-to")
    rule = financing.LimitRule(part=Rate.parse(part, field="--part").per_year, raise_up_to=amount, role=role)
    with session(Caller(tenant, login, key)) as opened:

        def act(work: Any) -> dict[str, str]:
            request = financing.request_limit_rule(work, PartyId.parse(owner), rule)
            return {"request": str(request.id), "sha256": request.payload_sha256.hex()}

        answer = opened.write("financing.limit_rule", {"owner": owner, **rule.as_record()}, act)
    present(answer, as_json=as_json)


@app.command(name="raise")
def raise_limit(tenant: Tenant, firm: Firm, owner: Owner, login: LoginName = None, key: Key = None,
                as_json: Json = False) -> None:  # fmt: skip
    """Ask that a funder's limit for a firm be raised to what was assessed; a second person approves."""
    from openscf import operations  # noqa: PLC0415
    from openscf.kernel.ids import PartyId  # noqa: PLC0415

    with session(Caller(tenant, login, key)) as opened:

        def act(work: Any) -> dict[str, str]:
            request = operations.request_rise(work, PartyId.parse(owner), PartyId.parse(firm))
            return {"request": str(request.id), "sha256": request.payload_sha256.hex()}

        answer = opened.write("financing.raise_limit", {"owner": owner, "party": firm}, act)
    present(answer, as_json=as_json)


def _refresh(tenant: str, on: str | None, firms: list[str] | None, *, as_json: bool) -> None:
    from openscf import operations  # noqa: PLC0415
    from openscf.db import Context  # noqa: PLC0415
    from openscf.kernel.ids import PartyId  # noqa: PLC0415
    from openscf.parties import business_date  # noqa: PLC0415

    wanted = None if firms is None else [PartyId.parse(one) for one in firms]
    with session(Caller(tenant)) as opened:
        as_of = day(on, "--date") or business_date(opened.platform.clock.now())
        context = Context(opened.context.tenant, SYSTEM)
        with _progress(as_json) as progress:
            done = operations.refresh(
                opened.platform.database, context, opened.platform.settings.home, on=as_of, wanted=wanted,
                progress=progress,
            )  # fmt: skip
    record = done.as_record()
    lines = [
        say(
            f"{done.firms} firms as of {done.on}: {len(done.changed)} new evaluations, {len(done.moved)} limits moved",
            f"{done.on}：共 {done.firms} 户，新评估 {len(done.changed)} 户，额度变动 {len(done.moved)} 项",
        ),
        *_foretold_lines(done.foretold),
        *(f"{one['party']}  {one['owner']}  {one['before']} → {one['after']}" for one in record["moved"]),
        *(f"✗ {party}: {code}" for party, code in record["failed"]),
    ]
    show(record, "\n".join(lines), as_json=as_json)
    if done.failed:
        raise typer.Exit(1)


def _foretold_lines(count: int | None) -> list[str]:
    said = say(f"payment of {count} receivables foretold", f"已预测 {count} 笔应收账款的付款")
    return [] if count is None else [said]


@contextlib.contextmanager
def _progress(quiet: bool) -> Iterator[Callable[[int, int], None]]:
    from rich.console import Console  # noqa: PLC0415

    if quiet:
        yield lambda _done, _all: None
        return
    with Console(stderr=True).status("") as status:
        yield lambda done, all_: status.update(f"{done:,} / {all_:,}")


def _rating_text(found: "RatingOf") -> str:
    lines = [f"{found.grade or '-'}  PD {found.pd_1y or '-'} %  ({found.as_of})"]
    if found.model is not None:
        lines.append(f"  {told(found.model.headline)}")
    lines += [f"  {told(reason)}" for reason in found.reasons]
    lines += [f"  {one.kind} {one.rater}: {one.symbol} ({one.grade}) {told(one.reason)}" for one in found.opinions]
    if found.disagreement is not None:
        lines.append(told(found.disagreement))
    if found.price is not None:
        rate, parts = found.price["percent"], found.price["components"]
        lines.append(say(f"An ordinary loan costs {rate} % a year:", f"普通贷款年利率 {rate}%："))
        lines += [f"  {one['percent']:>8} %  {one['name']:<14} {say(**one['reason'])}" for one in parts]
    lines += _anchor_lines(found.anchors)
    return "\n".join(lines)


def _limit_text(found: "LimitExplained") -> str:
    lines = [f"{found.limit}  ({say('held down by', '受限于')}: {found.binding}; {found.assessed_on})"]
    lines += [f"  {told(reason)}" for reason in found.reasons]
    lines.append(say("What would raise it:", "如何提高额度："))
    none = [say("  No single change does.", "  无单项改变可提高额度。")]
    lines += [f"  {told(one.said)}" for one in found.raises] or none
    lines += _anchor_lines(found.anchors)
    lines += [
        f"{one.owner} {one.role or '-'}: {one.amount}, {say('used', '已用')} {one.used}" for one in found.in_force
    ]
    return "\n".join(lines)


def _anchor_lines(anchors: "tuple[AnchorShown, ...]") -> list[str]:
    lines = [say("What its buyers' credit is worth:", "买方信用的价值：")] if anchors else []
    for one in anchors:
        lines.append(f"  {told(one.said)}")
        lines += [f"    {told(each.said)}" for each in (*one.elements, *one.levels)]
    return lines


def _plain(found: Any) -> Any:
    """A dataclass as JSON-ready values: money and sentences in their own form, ids and dates as text."""
    if hasattr(found, "as_json"):
        return found.as_json()
    if dataclasses.is_dataclass(found) and not isinstance(found, type):
        return {field.name: _plain(getattr(found, field.name)) for field in dataclasses.fields(found)}
    if isinstance(found, tuple | list):
        return [_plain(one) for one in found]
    if isinstance(found, dt.date):
        return found.isoformat()
    return found if isinstance(found, str | int | bool | dict | None) else str(found)
