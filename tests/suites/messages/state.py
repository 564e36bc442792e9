"""What is known when everything has arrived, without who came first: what two arrivals must agree in."""

from typing import Any

from openscf import trades
from openscf.db.unit_of_work import UnitOfWork
from openscf.kernel.errors import Refusal
from openscf.trades import NewLien, WantedClosures
from openscf.trades.rules.results import match_text
from openscf.trades.store import disputes
from tests.unit.trades.market import Market

# Ids, instants, files and places of meeting say who came first; so does which of contradicting versions speaks.
_QUERIES = {
    "versions": "SELECT fingerprint, kind, number_key, content, status FROM trades.document ORDER BY 1, 4",
    "lines": "SELECT fingerprint, waiting_as, amount_minor, booked_on, status FROM trades.statement_line ORDER BY 1",
    "payments": "SELECT key, amount_minor, day, payer, payee FROM trades.payment ORDER BY key",
    "reconciliations": "SELECT p.key, r.decided, r.left_minor, r.result FROM trades.reconciliation r"
    " JOIN trades.payment p ON p.id = r.payment_id WHERE r.current ORDER BY p.key",
    "shares": "SELECT p.key, s.fingerprint, s.amount_minor FROM trades.share s"
    " JOIN trades.payment p ON p.id = s.payment_id"
    " JOIN trades.reconciliation r ON r.payment_id = s.payment_id AND r.version = s.version AND r.current"
    " ORDER BY 1, 2",
    "exceptions": "SELECT p.key, e.amount_minor, e.reason, e.params::text, e.candidates FROM trades.exception e"
    " JOIN trades.payment p ON p.id = e.payment_id WHERE e.state = 'open' ORDER BY p.key",
    "events": "SELECT fingerprint, event_id FROM trades.goods_event ORDER BY 1",
    "signatures": "SELECT fingerprint, sender_id FROM trades.goods_signature ORDER BY 1, 2",
    "links": "SELECT link, fingerprint FROM trades.link ORDER BY 1, 2",
}
_SPEAKING = "SELECT fingerprint, content FROM trades.document WHERE current ORDER BY fingerprint"


def state_of(market: Market) -> dict[str, Any]:
    """Documents, lines, payments, what they settle, what waits, closures, and for what each invoice can be pledged."""
    found = market.run(_read)
    found["closures"] = {
        one.document.number_key: match_text(one.match)
        for one in market.run(trades.closures, WantedClosures(), limit=1000)
    }
    funder = market.party(50)
    found["faces"] = {one.document.number_key: _face(market, one.document.id, funder)
                      for one in market.run(trades.closures, WantedClosures(), limit=1000)}  # fmt: skip
    return found


def _read(work: UnitOfWork) -> dict[str, Any]:
    found: dict[str, Any] = {name: work.execute(query).fetchall() for name, query in _QUERIES.items()}
    speaking = {bytes(one): content for one, content in work.execute(_SPEAKING)}
    parked = disputes.flags(work, speaking)
    found["parked"] = sorted((one.hex(), *flags) for one, flags in parked.items())
    found["speaking"] = sorted((one.hex(), bytes(said).hex()) for one, said in speaking.items() if one not in parked)
    return found


def _face(market: Market, document: Any, funder: Any) -> object:
    new = NewLien(document=document, holder=funder, deal="what is it worth")

    def look(work: UnitOfWork) -> int:
        work.execute("SAVEPOINT look")
        lien = trades.take_lien(work, new, fingerprints=market.desk.fingerprints)
        work.execute("ROLLBACK TO SAVEPOINT look")
        return lien.amount_minor

    try:
        return market.run(look)
    except Refusal as refused:
        return refused.code
