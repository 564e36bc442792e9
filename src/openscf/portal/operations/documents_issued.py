"""Notices, confirmations, statements and certificates as signed PDFs."""

import datetime as dt
from typing import Annotated, Any

from pydantic import Field

from openscf import financing, operations
from openscf.db import UnitOfWork
from openscf.financing import DealId, IssuedDocument, VoucherId, voucher_desk
from openscf.kernel.ids import AccountId
from openscf.ledger import ACCOUNT_NOT_FOUND, Ledger
from openscf.operations import DocumentKind, DocumentLanguage, DocumentOffice
from openscf.portal.declaring import operation
from openscf.portal.desk import Desk
from openscf.portal.model import Work
from openscf.portal.operations.financings import financing_view
from openscf.portal.operations.vouchers_shown import relations_to
from openscf.portal.shapes import Body, FileView, Instant, Page, Paging, View

OF_DEALS = (
    "deal_not_found",
    "kind_not_of_deal",
    "document_not_ready",
    "debtor_not_notified",
    "shares_differ",
    "bad_id",
)


class IssuedView(View):
    """A document as it was issued; it never changes.

    Attributes:
        number: As `AN-2026-000001`.
        subject: The deal, account or voucher that it is about.
        sha256: Of the PDF.
    """

    number: str
    kind: str
    subject: str
    issued_on: dt.date
    issued_at: Instant
    sha256: str

    @classmethod
    def of(cls, one: IssuedDocument) -> "IssuedView":
        """An issued document, without its file."""
        return cls(
            number=one.number, kind=one.kind, subject=one.subject, issued_on=one.issued_on, issued_at=one.issued_at,
            sha256=one.file_sha256.hex(),
        )  # fmt: skip


class IssuedFilter(Paging):
    """Which documents."""

    subject: Annotated[str | None, Field(max_length=60, description="About this deal, account or voucher.")] = None


class IssueDocument(Body):
    """A document about a deal: `assignment_notice`, `confirmation`, `settlement` or `disbursement`."""

    deal: Annotated[str, Field(max_length=60)]
    kind: DocumentKind
    language: DocumentLanguage = DocumentLanguage.BOTH


FIRST_DAY, LAST_DAY = dt.date(1970, 1, 1), dt.date(2999, 12, 31)  # the day before and after each of them is one, too


class IssueStatement(Body):
    """The statement of an account from its first to its last day."""

    since: Annotated[dt.date, Field(ge=FIRST_DAY, le=LAST_DAY)]
    until: Annotated[dt.date, Field(ge=FIRST_DAY, le=LAST_DAY)]
    language: DocumentLanguage = DocumentLanguage.BOTH


class IssueCertificate(Body):
    """In which language."""

    language: DocumentLanguage = DocumentLanguage.BOTH


def _office(desk: Desk) -> DocumentOffice:
    signer = operations.document_signer(desk.house.platform.settings, desk.house.platform.clock.now())
    return DocumentOffice(desk.house.vault, signer, desk.house.originals)


@operation(
    "GET /v1/issued-documents", group="documents", en="Which documents were issued to me?", zh="已出具的文件。",
    work=Work.READ_HOUSE, cli="openscf documents list {subject}",
)  # fmt: skip
def list_issued_documents(desk: Desk, work: UnitOfWork, query: IssuedFilter) -> Page[IssuedView]:
    """What was issued for one's enterprise, newest first, or all that it may have about one subject."""
    if query.subject is not None:
        about = operations.documents_issued(work, query.subject)
        mine = [one for one in about if desk.principal.is_house or desk.party in one.recipients]
        return Page[IssuedView](items=[IssuedView.of(one) for one in mine])
    party = None if desk.principal.is_house else desk.party
    found = financing.documents_for(work, party, before=query.cursor, most=query.limit)
    more = found[-1].number if len(found) == query.limit else None
    return Page[IssuedView](items=[IssuedView.of(one) for one in found], next=more)


@operation(
    "GET /v1/issued-documents/{number}", group="documents", en="Fetch an issued document.", zh="下载文件。",
    work=Work.READ_HOUSE, refusals=("document_not_issued", "original_missing", "original_damaged"),
    cli="openscf documents fetch {number} --out FOLDER",
)  # fmt: skip
def get_issued_document(desk: Desk, work: UnitOfWork, number: str) -> FileView:
    """The signed PDF; ask for `application/pdf` to have the bytes themselves."""
    issued, content = operations.fetch_document(work, number, desk.house.originals)
    if not desk.principal.is_house and desk.party not in issued.recipients:
        raise financing.DOCUMENT_NOT_ISSUED(number=number)
    return FileView.holding(f"{issued.number}.pdf", "application/pdf", content)


@operation(
    "POST /v1/issued-documents", group="documents", en="Issue a document about a deal.", zh="出具业务文件。",
    status=201, refusals=OF_DEALS, cli="openscf documents make {deal} {kind} --out FOLDER",
    examples={"settlement": {"deal": "dea_01JD0000000000000000000000", "kind": "settlement"}},
)  # fmt: skip
def issue_document(desk: Desk, work: UnitOfWork, body: IssueDocument) -> IssuedView:
    """Issue a notice, confirmation or settlement statement, signed; what says the same as an issued one is that one."""
    deal = DealId.parse(body.deal)
    financing_view(desk, financing.found_deal(work, deal))
    made = operations.make_document(
        work, _office(desk), deal, kind=body.kind, on=desk.today, language=body.language
    )  # fmt: skip
    return IssuedView.of(made)


@operation(
    "POST /v1/accounts/{account_id}/statement", group="documents", en="Issue the statement of an account.",
    zh="出具账户对账单。", status=201, refusals=("account_not_found", "span_reversed", "no_money_account", "bad_id"),
    examples={"march": {"since": "2026-03-01", "until": "2026-03-31"}},
    cli="openscf documents statement {account_id} --since {since} --until {until} --out FOLDER",
)  # fmt: skip
def issue_statement(desk: Desk, work: UnitOfWork, account_id: str, *, body: IssueStatement) -> IssuedView:
    """Every line of an account from its first to its last day, signed."""
    account = AccountId.parse(account_id)
    known = Ledger(work).accounts_named([account]).get(account)
    if known is None or not desk.relations({"owner": known.owner}):
        raise ACCOUNT_NOT_FOUND(account=account_id)
    made = operations.make_statement(
        work, _office(desk), account, since=body.since, until=body.until, on=desk.today, language=body.language
    )
    return IssuedView.of(made)


@operation(
    "POST /v1/vouchers/{voucher_id}/certificate", group="documents", en="Issue the certificate of a voucher.",
    zh="出具凭证证明。", status=201, examples={"both": {}},
    refusals=("voucher_not_found", "document_not_ready", "document_not_yours", "bad_id"),
    cli="openscf documents voucher {voucher_id} --out FOLDER",
)  # fmt: skip
def issue_certificate(desk: Desk, work: UnitOfWork, voucher_id: str, *, body: IssueCertificate) -> IssuedView:
    """For its issuer with all pieces, for a holder with its own."""
    voucher = voucher_desk.found_voucher(work, VoucherId.parse(voucher_id))
    relations = relations_to(desk, work, voucher)
    holder: Any = None if relations & {"issuer", "operator"} else desk.party
    made = operations.make_voucher_certificate(
        work, _office(desk), voucher.id, on=desk.today, holder=holder, language=body.language
    )
    return IssuedView.of(made)
