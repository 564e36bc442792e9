"""Signing a PDF, PAdES baseline (ETSI EN 319 142-1, B-B), and saying of a file who signed it, and if it is unchanged.

A signature proves who signed only against a certificate that the reader knows already: anybody can make one with our
name. So a file counts as good only when its signer's certificate is one of those that are given as known.
"""

import asyncio
import datetime as dt
import hashlib
import io
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from pyhanko.keys.pemder import load_certs_from_pemder_data, load_private_key_from_pemder_data
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.sign.validation import EmbeddedPdfSignature, SignatureCoverageLevel
from pyhanko.sign.validation.generic_cms import validate_sig_integrity
from pyhanko_certvalidator.registry import SimpleCertificateStore

from openscf.kernel.errors import refusal
from openscf.operations.documents.keys import Signer

FIELD: Final = "openscf"
LARGEST: Final = 64 << 20  # bytes of a file that is looked at; ours have less than one mebibyte
_RESERVED: Final = 24_576  # bytes for the signature; a chain of four certificates needs a third of it
_STRONG: Final = frozenset({"sha256", "sha384", "sha512"})

DOCUMENT_UNREADABLE = refusal(
    "document_unreadable",
    en="This is no PDF that can be read: {problem}.",
    zh="无法读取该 PDF 文件：{problem}。",
    fix_en="Take the file again from where it was issued; do not print and scan it.",
    fix_zh="请从签发处重新获取原始文件，不要使用打印扫描件。",
    status=400,
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What can be said of a file.

    Attributes:
        sha256: Of the file.
        signed: Somebody has signed it.
        intact: Exactly the bytes that were signed, and nothing after them.
        known: The signer's certificate is one of those that were given as known.
        signer: Name in the certificate; whoever made it chose it, so it counts only with `known`.
        certificate_sha256: Of the certificate.
        signed_at: When, as the signer says.
    """

    sha256: str
    signed: bool = False
    intact: bool = False
    known: bool = False
    signer: str = ""
    certificate_sha256: str = ""
    signed_at: dt.datetime | None = None

    @property
    def good(self) -> bool:
        """Signed by somebody who is known, and unchanged since."""
        return self.signed and self.intact and self.known

    def as_record(self) -> dict[str, Any]:
        """JSON-ready."""
        at = None if self.signed_at is None else self.signed_at.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
        return {**asdict(self), "signed_at": at, "good": self.good}


def sign(pdf: bytes, signer: Signer, *, at: dt.datetime) -> bytes:
    """The PDF with a signature over all of it.

    Args:
        pdf: The document.
        signer: Who signs.
        at: When, as the signature says.
    """
    output = io.BytesIO()
    asyncio.run(_sign(pdf, _signer(signer), at, output=output))
    return output.getvalue()


def verify(pdf: bytes, known: Iterable[x509.Certificate]) -> Verdict:
    """Who signed a file, and whether it is unchanged; works offline.

    Args:
        pdf: The file.
        known: Certificates of signers whom the reader knows.

    Raises:
        Refusal: `document_unreadable`.
    """
    plain = Verdict(sha256=hashlib.sha256(pdf).hexdigest())
    if len(pdf) > LARGEST:
        raise DOCUMENT_UNREADABLE(problem=f"{len(pdf)} > {LARGEST} bytes")
    try:
        found = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
        # The last one has seen the whole file; whatever follows it was signed by nobody.
        return plain if not found else _judged(plain, found[-1], known)
    except Exception as error:  # whatever a parser of hostile files may raise: the answer is the same
        raise DOCUMENT_UNREADABLE(problem=(str(error) or type(error).__name__)[:200]) from None


def _judged(plain: Verdict, found: EmbeddedPdfSignature, known: Iterable[x509.Certificate]) -> Verdict:
    found.compute_integrity_info(skip_diff=True)  # type: ignore[no-untyped-call]
    digest = found.compute_digest()
    unchanged, valid = validate_sig_integrity(found.signer_info, found.signer_cert, "data", digest)
    whole = found.coverage is SignatureCoverageLevel.ENTIRE_FILE
    certificate = x509.load_der_x509_certificate(found.signer_cert.dump())
    fingerprint = certificate.fingerprint(hashes.SHA256())
    return Verdict(
        sha256=plain.sha256, signed=True,
        intact=unchanged and valid and whole and found.md_algorithm in _STRONG,
        known=fingerprint in {one.fingerprint(hashes.SHA256()) for one in known},
        signer=certificate.subject.rfc4514_string(), certificate_sha256=fingerprint.hex(),
        signed_at=found.self_reported_timestamp,
    )  # fmt: skip


async def _sign(pdf: bytes, signer: SimpleSigner, at: dt.datetime, *, output: io.BytesIO) -> None:
    about = PdfSignatureMetadata(
        field_name=FIELD, md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES, certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
    )  # fmt: skip
    session = PdfSigner(about, signer).init_signing_session(IncrementalPdfFileWriter(io.BytesIO(pdf)))
    session.system_time = at  # the time comes from the port, as everywhere
    prepared = session.prepare_tbs_document(validation_info=None, bytes_reserved=_RESERVED)
    digest, written = prepared.digest_tbs_document(output=output)
    signed = await prepared.perform_signature(digest.document_digest, PdfCMSSignedAttributes(signing_time=at))
    await signed.post_signature_processing(written)


def _signer(signer: Signer) -> SimpleSigner:
    key = signer.key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    store.register_multiple(_loaded(each) for each in signer.chain)
    return SimpleSigner(
        signing_cert=_loaded(signer.certificate),
        signing_key=load_private_key_from_pemder_data(key, passphrase=None),
        cert_registry=store,
    )


def _loaded(certificate: x509.Certificate) -> Any:
    (loaded,) = load_certs_from_pemder_data(certificate.public_bytes(serialization.Encoding.DER))
    return loaded
