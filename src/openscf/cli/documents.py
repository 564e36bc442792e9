"""`openscf documents`: notices, confirmations, statements as signed PDFs; and whether one is genuine."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from openscf.cli.common import REFUSED, Json, say, show
from openscf.cli.financing.offers import On, business_day
from openscf.cli.parties.session import Caller, Key, LoginName, Session, Tenant, one_of, present, session

if TYPE_CHECKING:
    from openscf.financing import IssuedDocument
    from openscf.operations import DocumentOffice, SignatureVerdict

app = typer.Typer(help="Notices, confirmations and statements as signed PDFs.", no_args_is_help=True)
Out = Annotated[Path, typer.Option("--out", help="Write the signed PDF here.")]
Lang = Annotated[str, typer.Option(help="both, zh or en.")]


@app.command(name="make")
def make(
    tenant: Tenant,
    deal: Annotated[str, typer.Argument(metavar="DEAL", help="The deal (dea_…).")],
    kind: Annotated[
        str, typer.Argument(metavar="KIND", help="assignment_notice, confirmation, settlement or disbursement.")
    ],
    out: Out,
    lang: Lang = "both",
    on: On = None,
    login: LoginName = None,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Issue a document about a deal; what says the same as one that was issued is that one."""
    from openscf import operations  # noqa: PLC0415
    from openscf.financing import DealId  # noqa: PLC0415

    what, language = one_of(operations.DocumentKind, kind, "KIND"), one_of(operations.DocumentLanguage, lang, "--lang")
    identity = DealId.parse(deal)
    with session(Caller(tenant, login, key)) as opened:
        date, office = business_day(opened, on), _office(opened)
        inputs = {"deal": deal, "kind": kind, "lang": lang, "on": on}

        def act(work: Any) -> "IssuedDocument":
            return operations.make_document(work, office, identity, kind=what, on=date, language=language)

        record = _issued(opened, "documents.make", inputs, act=act, out=out, office=office)
    present(record, as_json=as_json)


@app.command(name="statement")
def statement(
    tenant: Tenant,
    account: Annotated[str, typer.Argument(metavar="ACCOUNT", help="The account (acc_…).")],
    since: Annotated[dt.datetime, typer.Option(formats=["%Y-%m-%d"], help="First day.")],
    until: Annotated[dt.datetime, typer.Option(formats=["%Y-%m-%d"], help="Last day.")],
    out: Out,
    lang: Lang = "both",
    on: On = None,
    login: LoginName = None,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Issue the statement of an account over some days."""
    from openscf import operations  # noqa: PLC0415
    from openscf.kernel.ids import AccountId  # noqa: PLC0415

    language, identity = one_of(operations.DocumentLanguage, lang, "--lang"), AccountId.parse(account)
    first, last = since.date(), until.date()
    with session(Caller(tenant, login, key)) as opened:
        date, office = business_day(opened, on), _office(opened)
        inputs = {"account": account, "since": first, "until": last, "lang": lang, "on": on}

        def act(work: Any) -> "IssuedDocument":
            return operations.make_statement(
                work, office, identity, since=first, until=last, on=date, language=language
            )

        record = _issued(opened, "documents.statement", inputs, act=act, out=out, office=office)
    present(record, as_json=as_json)


@app.command(name="voucher")
def voucher(
    tenant: Tenant,
    number: Annotated[str, typer.Argument(metavar="VOUCHER", help="The voucher (vou_…).")],
    out: Out,
    holder: Annotated[
        str | None, typer.Option(help="For this holder, with its own pieces (pty_…); else for the issuer, with all.")
    ] = None,
    lang: Lang = "both",
    on: On = None,
    login: LoginName = None,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Issue the certificate of a voucher as its register stands."""
    from openscf import operations  # noqa: PLC0415
    from openscf.financing import VoucherId  # noqa: PLC0415
    from openscf.kernel.ids import PartyId  # noqa: PLC0415

    language, identity = one_of(operations.DocumentLanguage, lang, "--lang"), VoucherId.parse(number)
    party = None if holder is None else PartyId.parse(holder)
    with session(Caller(tenant, login, key)) as opened:
        date, office = business_day(opened, on), _office(opened)
        inputs = {"voucher": number, "holder": holder, "lang": lang, "on": on}

        def act(work: Any) -> "IssuedDocument":
            return operations.make_voucher_certificate(work, office, identity, on=date, holder=party, language=language)

        record = _issued(opened, "documents.voucher", inputs, act=act, out=out, office=office)
    present(record, as_json=as_json)


@app.command(name="fetch")
def fetch(
    tenant: Tenant,
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="The document's number, as AN-2026-000001.")],
    out: Out,
    login: LoginName = None,
    as_json: Json = False,
) -> None:
    """Fetch a document again as it was issued."""
    from openscf import operations  # noqa: PLC0415

    with session(Caller(tenant, login)) as opened:
        office = _office(opened)
        issued, pdf = opened.read(lambda work: operations.fetch_document(work, number, office.originals))
    out.write_bytes(pdf)
    present({**_line(issued), "file": str(out)}, as_json=as_json)


@app.command(name="list")
def list_issued(
    tenant: Tenant,
    subject: Annotated[str, typer.Argument(metavar="SUBJECT", help="A deal (dea_…) or an account (acc_…).")],
    login: LoginName = None,
    as_json: Json = False,
) -> None:
    """What was issued about a deal or an account, oldest first."""
    from openscf import operations  # noqa: PLC0415

    with session(Caller(tenant, login)) as opened:
        found = opened.read(lambda work: operations.documents_issued(work, subject))
    present([_line(one) for one in found], as_json=as_json)


@app.command(name="certificate")
def certificate(
    out: Annotated[Path, typer.Option("--out", help="Write the certificate here, PEM.")], as_json: Json = False
) -> None:
    """Write the certificate with which this installation signs, to be published."""
    from openscf import bootstrap, operations  # noqa: PLC0415

    signer = operations.document_signer(*bootstrap.signing())
    out.write_bytes(operations.certificate_pem(signer))
    present({"sha256": signer.fingerprint.hex(), "file": str(out)}, as_json=as_json)


@app.command(name="verify")
def verify(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A PDF.", exists=True, dir_okay=False)],
    certificates: Annotated[
        list[Path] | None,
        typer.Option("--certificate", help="PEM of a signer whom you know; without it, this installation's own."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Say who signed a document and whether it is unchanged; works without a database.

    Exit code 1 unless it was signed by somebody who is known and nothing was changed or added since.
    """
    from openscf import bootstrap, operations  # noqa: PLC0415

    settings, _ = bootstrap.signing()
    known = [one for path in certificates or () for one in operations.read_certificates(path)]
    found = operations.verify_document(file.read_bytes(), known or operations.document_certificates(settings))
    show(found.as_record(), _verdict(found), as_json=as_json)
    if not found.good:
        raise typer.Exit(REFUSED)


def _office(opened: Session) -> "DocumentOffice":
    from openscf import operations  # noqa: PLC0415
    from openscf.trades import FolderOriginals  # noqa: PLC0415

    platform = opened.platform
    signer = operations.document_signer(platform.settings, platform.clock.now())
    return operations.DocumentOffice(opened.vault, signer, FolderOriginals(platform.settings.home / "files"))


def _issued(
    opened: Session, name: str, inputs: dict[str, Any], *, act: Callable[[Any], "IssuedDocument"], out: Path,
    office: "DocumentOffice",
) -> dict[str, Any]:  # fmt: skip
    answer: dict[str, Any] = opened.write(name, inputs, lambda work: _line(act(work)))
    out.write_bytes(office.originals.get(answer["file_sha256"]))
    return {**answer, "file": str(out)}


def _line(issued: "IssuedDocument") -> dict[str, Any]:
    return {
        "number": issued.number, "kind": issued.kind, "issued_on": issued.issued_on.isoformat(),
        "subject": issued.subject, "content_sha256": issued.content_sha256.hex(),
        "file_sha256": issued.file_sha256.hex(),
    }  # fmt: skip


def _verdict(found: "SignatureVerdict") -> str:
    if not found.signed:
        return say("✗ Nobody has signed this file.", "✗ 该文件没有签名。")
    who = found.signer
    lines = [
        say(f"✓ Signed by {who}, who is known.", f"✓ 签署人 {who}，证书已知。")
        if found.known
        else say(f"✗ Signed by {who}, whose certificate is not known.", f"✗ 签署人 {who}，其证书未知。"),
        say("✓ Not one byte has changed since.", "✓ 签署后未有任何改动。")
        if found.intact
        else say("✗ It was changed after it was signed.", "✗ 文件在签署后被改动。"),
        say(f"  certificate {found.certificate_sha256}", f"  证书 SHA-256 {found.certificate_sha256}"),
        say(
            f"  signed at   {found.signed_at} (by the signer's clock)",
            f"  签署时间 {found.signed_at}（以签署方时钟为准）",
        ),
        f"  SHA-256     {found.sha256}",
    ]
    return "\n".join(lines)
