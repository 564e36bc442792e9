"""Who judges what is doubtful about a trade: somebody's own enterprise, and never one that sells or owes in it."""

from collections.abc import Collection

from openscf import parties
from openscf.db.unit_of_work import UnitOfWork
from openscf.kernel.errors import refusal
from openscf.kernel.ids import PartyId
from openscf.trades.store import documents

JUDGES_ITS_OWN = refusal(
    "judges_its_own",
    en="{person} makes requests for no enterprise that stands outside this trade: its two sides don't judge it.",
    zh="{person} 未受任何非交易方企业委派经办：交易双方不得自行判断。",
    fix_en="Let somebody of the funder who bears the risk ask for it.",
    fix_zh="请由承担风险的资金方经办人申请。",
    status=403,
)


def judge_of(work: UnitOfWork, keys: Collection[str | None]) -> PartyId:
    """The enterprise that judges: one for which the acting person makes requests, and that is no side of the trade.

    Args:
        work: The transaction.
        keys: Of the sides, as documents name them.

    Raises:
        Refusal: `judges_its_own`, or what `parties.acting_person` refuses.
    """
    sides = set(documents.links(work, [key for key in keys if key]).values())
    outside = [party for party in parties.makes_for(work) if party not in sides]
    if not outside:
        raise JUDGES_ITS_OWN(person=work.context.actor)
    return outside[0]


def check_judge(work: UnitOfWork, party: PartyId, keys: Collection[str | None]) -> None:
    """Refuse the judgement of a side of the trade, also when it became one after it had been asked.

    Raises:
        Refusal: `judges_its_own`.
    """
    if party in documents.links(work, [key for key in keys if key]).values():
        raise JUDGES_ITS_OWN(person=str(party))
