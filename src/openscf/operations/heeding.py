"""What the platform itself does when it hears of something: the messages of its own outbox that it acts on.

    financing.payables_approved   a buyer approved payables: suppliers' standing orders sell theirs at once
    financing.auto_trade_set      a supplier gave a standing order: it sells what waits already
    trades.invoice_voided         a claim is void: the pool that holds it is computed anew
    trades.invoice_reversed       a red letter speaks of it: the same

A message may come twice. What is sold can't be sold again, and a pool is computed once for each message. The end of the
day looks at all of it again, for whatever was refused here or never heard of.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from openscf import financing, parties, trades
from openscf.db import Command, Context, Database, UnitOfWork, run_command
from openscf.db.outbox import Answer, Message, Verdict
from openscf.financing import DealId, ProgrammeId, ProgrammeState
from openscf.kernel.errors import Refusal
from openscf.operations.origination import sell
from openscf.trades import Fingerprinter

ACTOR: Final = "system:heed"
WAITS: Final = frozenset({"limit_exceeded", "no_limit", "limit_expired"})  # headroom may be there tomorrow
FASTER: Final = "event_not_allowed"  # another message, or the end of the day, has sold it meanwhile


@dataclass(frozen=True, slots=True)
class Heard:
    """A message, where to act on it, and the fingerprints for the register of liens."""

    database: Database
    message: Message
    fingerprints: Fingerprinter

    @property
    def context(self) -> Context:
        """The tenant whose message it is."""
        return Context(self.message.tenant, ACTOR)


def heed(database: Database, message: Message, *, fingerprints: Fingerprinter) -> Answer | None:
    """Act on a message; None if nobody here listens to it."""
    act = HEEDED.get(message.topic)
    return None if act is None else act(Heard(database, message, fingerprints))


def _sell(heard: Heard) -> Answer:
    """Carry out standing orders on what was approved, each sale in a transaction of its own."""
    facts = heard.message.facts()
    programme, named = ProgrammeId.parse(facts["programme"]), facts.get("deals")
    among = None if named is None else [DealId.parse(one) for one in named]
    asked = heard.database.run(heard.context, partial(_asked, programme=programme, among=among))
    sold, waiting = 0, list[str]()
    for deal in asked:
        try:
            sold += heard.database.run(heard.context, partial(_sold, deal=deal, fingerprints=heard.fingerprints))
        except Refusal as refused:
            waiting += [refused.code] if refused.code != FASTER else []
    return Answer(Verdict.CONFIRMED, f"sold {sold} of {len(asked)}" + "".join(f"; {code}" for code in sorted(waiting)))


def _asked(work: UnitOfWork, *, programme: ProgrammeId, among: list[DealId] | None) -> list[DealId]:
    if financing.found_programme(work, programme).state is not ProgrammeState.ACTIVE:
        return []
    return financing.sold_automatically(work, programme, parties.business_date(work.at), among=among)


def _sold(work: UnitOfWork, *, deal: DealId, fingerprints: Fingerprinter) -> bool:
    return sold_by_rule(work, deal, on=parties.business_date(work.at), fingerprints=fingerprints)


def sold_by_rule(work: UnitOfWork, deal: DealId, *, on: dt.date, fingerprints: Fingerprinter) -> bool:
    """Sell by the supplier's standing order; one for which there is no headroom waits for another day.

    Raises:
        Refusal: What `sell` refuses, but for want of headroom.
    """
    try:
        with work.savepoint():
            sell(work, deal, on=on, fingerprints=fingerprints, by_rule=True)
    except Refusal as refused:
        if refused.code not in WAITS:
            raise
        return False
    return True


def _revalue(heard: Heard) -> Answer:
    facts: Mapping[str, Any] = heard.message.facts()

    def act(work: UnitOfWork) -> Mapping[str, Any]:
        done = financing.heed_lost_claim(work, facts, on=parties.business_date(work.at))
        return {"deal": facts["deal"], "revalued": done is not None}

    command = Command("operations.heed", str(heard.message.id), facts)
    answer = run_command(heard.database, heard.context, command, act).response()
    return Answer(Verdict.CONFIRMED, "revalued" if answer["revalued"] else "no pool")


HEEDED: Final[Mapping[str, Callable[[Heard], Answer]]] = {
    financing.PAYABLES_APPROVED: _sell,
    financing.AUTO_TRADE_SET: _sell,
    trades.INVOICE_VOIDED: _revalue,
    trades.INVOICE_REVERSED: _revalue,
}
