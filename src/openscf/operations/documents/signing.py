"""Signing a document, and saying of a file who signed it and whether it is unchanged.

A signature proves who signed only against a certificate that the reader knows already: anybody can make one with our
name. So a file counts as good only when its signer's certificate is one of those that are given as known.
"""

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from openscf.kernel.errors import refusal
from openscf.operations.documents.keys import Signer

LARGEST: Final = 64 << 20  # bytes of a file that is looked at; ours have less than one mebibyte

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
    """The PDF with a signature over all of it (PAdES B-B).

    Args:
        pdf: The document.
        signer: Who signs.
        at: When, as the signature says.
    """
    from openscf.operations.documents import pades  # noqa: PLC0415 - costs a second, and few commands sign

    return pades.signed(pdf, signer, at=at)


def verify(pdf: bytes, known: Iterable[x509.Certificate]) -> Verdict:
    """Who signed a file, and whether it is unchanged; works offline.

    Args:
        pdf: The file.
        known: Certificates of signers whom the reader knows.

    Raises:
        Refusal: `document_unreadable`.
    """
    from openscf.operations.documents import pades  # noqa: PLC0415 - as above

    sha256 = hashlib.sha256(pdf).hexdigest()
    if len(pdf) > LARGEST:
        raise DOCUMENT_UNREADABLE(problem=f"{len(pdf)} > {LARGEST} bytes")
    try:
        found = pades.examined(pdf)
    except Exception as error:  # whatever a parser of hostile files may raise: the answer is the same
        raise DOCUMENT_UNREADABLE(problem=(str(error) or type(error).__name__)[:200]) from None
    if found is None:
        return Verdict(sha256=sha256)
    fingerprint = found.certificate.fingerprint(hashes.SHA256())
    return Verdict(
        sha256=sha256, signed=True, intact=found.intact,
        known=fingerprint in {one.fingerprint(hashes.SHA256()) for one in known},
        signer=found.certificate.subject.rfc4514_string(), certificate_sha256=fingerprint.hex(),
        signed_at=found.signed_at,
    )  # fmt: skip
