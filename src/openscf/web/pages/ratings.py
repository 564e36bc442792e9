"""A rater's desk: the ratings it gave, the firms that let it see their data, where it stands apart, and a new rating."""

import datetime as dt
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Final

from openscf.kernel.rates import Rate
from openscf.parties import PartyRole
from openscf.portal import OPERATIONS, Said
from openscf.web.calls import Call
from openscf.web.declaring import Nav, Shown, page
from openscf.web.tables import Cell, Code, Column, Link, State, Table
from openscf.web.visit import Visit

RATERS: Final = frozenset({PartyRole.RATER})
MOST_COMPARED: Final = 20
KINDS: Final = ("agency", "bank", "ecommerce", "anchor")


@page(
    "/ratings", en="Ratings", zh="评级", uses=("list_ratings", "list_consents", "record_rating", "list_rating_scales"),
    offices=RATERS, nav=Nav("risk", "gauge", 3),
)  # fmt: skip
def ratings(visit: Visit) -> Shown:
    """What one said of others, who consented, where opinions part, and saying something new."""
    answer = visit.listed("list_ratings", {})
    given = _given(visit, answer)
    consents = _consents(visit)
    scales = visit.look("list_rating_scales").items
    visit.calls.append(Call(OPERATIONS["record_rating"], {}, {}))
    today = visit.desk.today
    return Shown("ratings.html", {
        "given": given, "consents": consents, "apart": _apart(visit, consents.rows), "today": today,
        "year": today + dt.timedelta(days=365), "scales": [(one.name, visit.words.name("scale", one.name)) for one in scales],
        "symbols": [(one.name, ", ".join(one.symbols)) for one in scales], "kinds": KINDS, "directory": visit.directory(), "asked_for": visit.asked("party"),
    })  # fmt: skip


def _given(visit: Visit, answer: Any) -> Table:
    return Table(
        name="ratings", title=Said("Ratings that you gave", "本方出具的评级"), rows=answer.items, following=answer.next,
        columns=[
            Column("Firm", "企业", lambda row: Link(visit.party_name(row.subject), f"/enterprises/{row.subject}")),
            Column("Rating", "评级", lambda row: f"{_symbol(row)} ({visit.words.name('scale', row.scale)})"),
            Column("On the master scale", "主标尺等级", lambda row: row.grade),
            Column("Rated", "评定日", lambda row: row.rated_on, quiet=True),
            Column("Until", "有效期至", lambda row: row.valid_until, quiet=True),
            Column("Source", "依据", lambda row: row.source, quiet=True),
            Column("State", "状态", lambda row: State("active" if row.holds else "ended")),
        ],
        empty=Said("You have rated nobody yet. Send a rating below; a colleague approves it, and it is on record.",
                   "尚未出具评级。可在下方报送，经同事复核后生效。"),
    )  # fmt: skip


def _symbol(row: Any) -> str:
    """A rater's symbol; a probability that is stated itself comes in parts per billion, and is read in per cent."""
    if row.scale != "pd" or not row.symbol.isdigit():
        return str(row.symbol)
    return f"{Rate(Fraction(int(row.symbol), 10**9)).percent_text()} %"


def _consents(visit: Visit) -> Table:
    mine, today = str(visit.me.party), visit.desk.today
    firms: dict[str, list[Any]] = {}
    for one in visit.look("list_consents").items:
        if one.grantee == mine and one.revoked_on is None and one.valid_from <= today < one.valid_until:
            firms.setdefault(one.grantor, []).append(one)

    def scopes(row: tuple[str, list[Any]]) -> str:
        return visit.words(", ", "、").join(visit.words.name("share", one.scope) for one in row[1])

    return Table(
        name="consents", title=Said("Firms that let you see", "已授权企业"), rows=list(firms.items()),
        columns=[
            Column("Firm", "企业", lambda row: Link(visit.party_name(row[0]), f"/enterprises/{row[0]}/credit",
                                                  row[1][0].purpose)),
            Column("You see", "授权范围", scopes),
            Column("Until", "有效期至", lambda row: min(one.valid_until for one in row[1])),
            Column("Rate it", "评级", lambda row: Link(visit.words("rate", "评级"), f"/ratings?party={row[0]}#new")),
        ],
        empty=Said("No firm shares its data with you yet. A firm's signatory gives consent, for a purpose and a time; ask "
                   "for the scopes trades and ratings.", "暂无企业授权。企业的有权签字人可按用途和期限授权；请其授权贸易与评级数据。"),
    )  # fmt: skip


def _apart(visit: Visit, consents: Sequence[Any]) -> Table:
    """Opinions of all raters on the firms that share their ratings, where they lie apart."""
    firms = [firm for firm, given in consents if any(one.scope.value == "ratings" for one in given)]
    rows = []
    for firm in firms[:MOST_COMPARED]:
        found = visit.quietly("get_rating", party_id=firm)
        if found is not None:
            rows += [(firm, found, one) for one in found.opinions if found.spread > 0]
    return Table(
        name="disagreements", title=Said("Where opinions part", "评级分歧"), rows=rows,
        columns=[
            Column("Firm", "企业", lambda row: Link(visit.party_name(row[0]), f"/enterprises/{row[0]}/credit",
                                                  visit.words("combined {grade}", "综合 {grade}", grade=row[1].grade or "—"))),
            Column("Rater", "评级方", lambda row: _rater(visit, row[2])),
            Column("Says", "等级", lambda row: Code(row[2].grade)),
            Column("From the middle", "与中位差", lambda row: _notches(visit, row[2])),
            Column("Why it counts so", "计入方式", lambda row: visit.said(visit.words.sentence(row[2].reason)), quiet=True),
        ],
        empty=Said("No disagreement among the firms that share their ratings with you.", "已授权企业中暂无评级分歧。"),
    )  # fmt: skip


def _rater(visit: Visit, opinion: Any) -> str:
    """The platform's own model has a name of its own in each language."""
    own = opinion.kind == "platform"
    name: str = visit.words.name("rater", "platform") if own else opinion.rater
    return name


def _notches(visit: Visit, opinion: Any) -> Cell:
    if opinion.notches is None:
        return None
    text = f"{opinion.notches:+d}".replace("-", "−") if opinion.notches else "0"
    return f"{text} · {visit.words('stands apart', '离群')}" if opinion.outlier else text
