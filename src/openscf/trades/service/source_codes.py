"""Whose a source's own codes are: a table that calls a firm `E1` means an enterprise only if two people say which.

The codes of registers (USCC, LEI) link themselves (`link_parties`). A source's own code means nothing outside that
source, and whoever stands behind it is seller or debtor of the documents that carry it: so the operator's maker names
the enterprises, and another of its people agrees.
"""

from collections.abc import Mapping

from openscf import parties
from openscf.db.unit_of_work import UnitOfWork
from openscf.kernel.errors import refusal
from openscf.kernel.ids import PartyId
from openscf.trades.model import Identity
from openscf.trades.rules.identity import party_key
from openscf.trades.store import documents as store

SOURCE_CODES = "source_codes"

NOT_THE_OPERATOR = refusal(
    "source_codes_not_by_operator",
    en="Only the platform's operator says whose the codes of the source {source} are; {party} is not it.",
    zh="仅平台运营方可认定来源 {source} 的企业代码归属；{party} 不是运营方。",
    fix_en="Ask the operator to request it.",
    fix_zh="请由平台运营方提交申请。",
    status=403,
)
CODE_TAKEN = refusal(
    "source_code_taken",
    en="The code {code} of the source {source} is another enterprise's already.",
    zh="来源 {source} 的代码 {code} 已归属其他企业。",
    fix_en="Check the code; what has been linked stays linked.",
    fix_zh="请核对代码；已认定的归属不可变更。",
    status=409,
)
CODE_OF_UNVERIFIED = refusal(
    "source_code_unverified",
    en="The code {code} can't be given to {party}, which has not passed the verification of enterprises.",
    zh="{party} 尚未通过企业认证，不能认定代码 {code} 归其所有。",
    fix_en="Finish the verification first.",
    fix_zh="请先完成企业认证。",
    status=409,
)


def request_source_codes(
    work: UnitOfWork, source: str, codes: Mapping[str, PartyId], *, operator: PartyId
) -> parties.ApprovalRequest:
    """Ask that codes of a source be taken for enterprises; with the second person's approval they are, for good.

    Args:
        work: The transaction; its actor is the maker.
        source: The sender under whose name the files came in.
        codes: Code as its tables write it, to the enterprise.
        operator: The platform's operator, whose people judge it.

    Raises:
        Refusal: `source_codes_not_by_operator`, `party_not_found`, `source_code_unverified`, `source_code_taken`, and
            what `parties.request_approval` refuses.
    """
    if operator not in parties.operators_of(work):
        raise NOT_THE_OPERATOR(source=source[:80], party=str(operator))
    _check(work, source, codes)
    payload = {"source": source, "codes": {code: str(party) for code, party in codes.items()}}
    return parties.request_approval(work, SOURCE_CODES, operator, payload=payload)


def _check(work: UnitOfWork, source: str, codes: Mapping[str, PartyId]) -> dict[str, PartyId]:
    """The keys of these codes as documents carry them, if each may be given to its enterprise."""
    keys = {code: party_key(Identity(codes={"local": code}), source=source) for code in codes}
    known = store.links(work, list(keys.values()))
    for code, party in codes.items():
        found = parties.find_party(work, party)
        if party not in parties.verified_parties(work, [each for each in (found.uscc, found.lei) if each]).values():
            raise CODE_OF_UNVERIFIED(code=code[:40], party=found.name)
        if known.get(keys[code], party) != party:
            raise CODE_TAKEN(code=code[:40], source=source[:80])
    return {keys[code]: party for code, party in codes.items()}


def _agreed(work: UnitOfWork, request: parties.ApprovalRequest) -> None:
    source = str(request.payload["source"])
    codes = {code: PartyId.parse(party) for code, party in request.payload["codes"].items()}
    count = store.link(work, _check(work, source, codes))
    work.audit("trades.link_source_codes", source, {"codes": dict(codes), "new": count, "request": request.id})


parties.KINDS.add(parties.ApprovalKind(name=SOURCE_CODES, effect=_agreed), origin=__name__)
