"""Issuing: gather, number, set, sign and keep, in one transaction; what was issued before is handed out again."""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass

from openscf import financing, parties
from openscf.db import UnitOfWork
from openscf.financing import DealId, IssuedDocument
from openscf.kernel.canonical import canonical_json
from openscf.kernel.ids import AccountId, PartyId
from openscf.ledger import ACCOUNT_NOT_FOUND, Ledger
from openscf.operations.documents import gathering, refusals, rules
from openscf.operations.documents.gathering import Gathered
from openscf.operations.documents.keys import Signer
from openscf.operations.documents.model import KINDS, DocumentLanguage, Kind, Paper, SettlementStatement
from openscf.operations.documents.signing import sign
from openscf.operations.documents.typesetting import render
from openscf.parties import Asked, Permission, Vault
from openscf.trades import Originals

SYSTEM_ACTOR = "system:"


@dataclass(frozen=True, slots=True)
class Office:
    """What issuing needs beside the transaction.

    Attributes:
        vault: Opens numbers of bank accounts, to be shown masked.
        signer: Signs.
        originals: Where the files are kept.
    """

    vault: Vault
    signer: Signer
    originals: Originals


def make_document(
    work: UnitOfWork, office: Office, deal: DealId, *, kind: Kind, on: dt.date,
    language: DocumentLanguage = DocumentLanguage.BOTH,
) -> IssuedDocument:  # fmt: skip
    """Issue a document about a deal, or hand out the one that says the same.

    Args:
        work: The transaction; its actor must act for one of the recipients, for the operator, or be the system.
        office: Keys and stores.
        deal: About which deal.
        kind: What document.
        on: Day of issue.
        language: In which language.

    Raises:
        Refusal: What `document_of` refuses, `document_not_yours`, `no_chinese_font`.
    """
    kept = financing.found_deal(work, deal)
    if not may(work, kept.deal.parties.values()):
        raise financing.DEAL_NOT_FOUND(deal=str(deal))
    if not may(work, gathering.recipients_of(kept, kind)):
        raise refusals.DOCUMENT_NOT_YOURS(actor=work.context.actor, kind=kind.value, subject=str(deal))
    return issue(work, office, gathering.document_of(work, deal, kind, vault=office.vault), on=on, language=language)


def settlement_so_far(work: UnitOfWork, deal: DealId, *, vault: Vault, reader: PartyId | None) -> SettlementStatement:
    """What came in on a deal and how each receipt was shared out, as its settlement statement would say it now.

    Args:
        work: The transaction.
        deal: Which; the caller has checked that its reader may know of it.
        vault: As `document_of`.
        reader: On whose behalf it is read; None for the house.

    Raises:
        Refusal: `document_not_yours`; `kind_not_of_deal`, `document_not_ready`, `shares_differ`.
    """
    kept = financing.found_deal(work, deal)
    if reader is not None and reader not in gathering.recipients_of(kept, Kind.SETTLEMENT):
        raise refusals.DOCUMENT_NOT_YOURS(actor=str(reader), kind=Kind.SETTLEMENT.value, subject=str(deal))
    content = gathering.document_of(work, deal, Kind.SETTLEMENT, vault=vault).content
    assert isinstance(content, SettlementStatement)
    return content


def make_statement(
    work: UnitOfWork, office: Office, account: AccountId, *, since: dt.date, until: dt.date, on: dt.date,
    language: DocumentLanguage = DocumentLanguage.BOTH,
) -> IssuedDocument:  # fmt: skip
    """Issue the statement of an account from its first to its last day, or hand out the one that says the same.

    Raises:
        Refusal: What `statement_of` refuses, `no_chinese_font`.
    """
    if not may(work, [Ledger(work).account(account).owner]):
        raise ACCOUNT_NOT_FOUND(account=account)
    gathered = gathering.statement_of(work, account, since, until=until)
    return issue(work, office, gathered, on=on, language=language)


def fetch_document(work: UnitOfWork, number: str, originals: Originals) -> tuple[IssuedDocument, bytes]:
    """An issued document and its file, for somebody of a recipient, the operator, or the system.

    Raises:
        Refusal: `document_not_issued`, `original_missing`, `original_damaged`.
    """
    issued = financing.issued_document(work, number)
    if not may(work, issued.recipients):
        raise financing.DOCUMENT_NOT_ISSUED(number=number[:40])
    return issued, originals.get(issued.file_sha256.hex())


def issued_about(work: UnitOfWork, subject: str) -> list[IssuedDocument]:
    """What was issued about a deal or an account and the actor may have, oldest first."""
    return [one for one in financing.documents_about(work, subject) if may(work, one.recipients)]


def issue(
    work: UnitOfWork, office: Office, gathered: Gathered, *, on: dt.date, language: DocumentLanguage
) -> IssuedDocument:
    """Number, set, sign and keep what was gathered; what says the same as an issued one is that one."""
    kind = KINDS[type(gathered.content)]
    next_number = financing.next_document_number(work, kind.value, on.year)
    substance = rules.substance_sha256(gathered.subject, gathered.content, language)
    same = financing.same_document(work, substance)
    if same is not None:
        return same
    paper = Paper(
        number=f"{kind.prefix}-{on.year}-{next_number:06d}", issued_on=on, subject=gathered.subject,
        content=gathered.content, language=language,
    )  # fmt: skip
    pdf = sign(render(paper), office.signer, at=work.at)
    file = hashlib.sha256(pdf)
    office.originals.put(pdf, file.hexdigest())  # durable before any row speaks of it
    issued = IssuedDocument(
        number=paper.number, kind=kind.value, subject=paper.subject, recipients=gathered.recipients,
        record=json.loads(canonical_json(rules.plain(paper))), content_sha256=rules.content_sha256(paper),
        substance_sha256=substance,
        file_sha256=file.digest(), issued_on=on, issued_at=work.at, actor=work.context.actor,
    )  # fmt: skip
    financing.keep_document(work, issued)
    return issued


def may(work: UnitOfWork, recipients: Iterable[PartyId]) -> bool:
    """Whether the actor may have what is for these: somebody of one of them, of the operator, or the system."""
    if work.context.actor.startswith(SYSTEM_ACTOR):
        return True
    person, on = parties.acting_person(work), parties.business_date(work.at)
    concerned = {*recipients, *parties.operators_of(work)}
    return any(parties.may(work, person, Asked(Permission.VIEW, party, on)) for party in concerned)
