"""PAdES baseline signatures (ETSI EN 319 142-1, level B-B), with pyHanko; loaded only by those who sign or verify."""

import asyncio
import datetime as dt
import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from pyhanko.keys.pemder import load_certs_from_pemder_data, load_private_key_from_pemder_data
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, SimpleSigner
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.sign.validation import EmbeddedPdfSignature, SignatureCoverageLevel
from pyhanko.sign.validation.generic_cms import validate_sig_integrity
from pyhanko_certvalidator.registry import SimpleCertificateStore

from openscf.operations.documents.keys import Signer

FIELD: Final = "openscf"
RESERVED: Final = 24_576  # bytes for the signature; a chain of four certificates needs a third of it
_STRONG: Final = frozenset({"sha256", "sha384", "sha512"})


@dataclass(frozen=True, slots=True)
class Examined:
    """The last signature of a file.

    Attributes:
        certificate: Of its signer.
        intact: It fits, and covers every byte of the file.
        signed_at: When, as the signer says.
    """

    certificate: x509.Certificate
    intact: bool
    signed_at: dt.datetime | None


def signed(pdf: bytes, signer: Signer, *, at: dt.datetime) -> bytes:
    """The PDF with a signature over all of it; see `signing.sign`."""
    output = io.BytesIO()
    # In a thread of its own: a caller that runs an event loop (a server's, a browser's driver) can't run a second one.
    with ThreadPoolExecutor(1) as alone:
        alone.submit(asyncio.run, _sign(pdf, _signer(signer), at, output=output)).result()
    return output.getvalue()


def examined(pdf: bytes) -> Examined | None:
    """The last signature of a file, None if nobody signed it; what a broken file makes the parser raise is passed on.

    Only the last one has seen the whole file: whatever follows it was signed by nobody.
    """
    found = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    return _examined(found[-1]) if found else None


def _examined(found: EmbeddedPdfSignature) -> Examined:
    found.compute_integrity_info(skip_diff=True)  # type: ignore[no-untyped-call]
    unchanged, valid = validate_sig_integrity(found.signer_info, found.signer_cert, "data", found.compute_digest())
    whole = found.coverage is SignatureCoverageLevel.ENTIRE_FILE
    return Examined(
        certificate=x509.load_der_x509_certificate(found.signer_cert.dump()),
        intact=unchanged and valid and whole and found.md_algorithm in _STRONG,
        signed_at=found.self_reported_timestamp,
    )


async def _sign(pdf: bytes, signer: SimpleSigner, at: dt.datetime, *, output: io.BytesIO) -> None:
    about = PdfSignatureMetadata(
        field_name=FIELD, md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES, certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
    )  # fmt: skip
    session = PdfSigner(about, signer).init_signing_session(IncrementalPdfFileWriter(io.BytesIO(pdf)))
    session.system_time = at  # the time comes from the port, as everywhere
    prepared = session.prepare_tbs_document(validation_info=None, bytes_reserved=RESERVED)
    digest, written = prepared.digest_tbs_document(output=output)
    done = await prepared.perform_signature(digest.document_digest, PdfCMSSignedAttributes(signing_time=at))
    await done.post_signature_processing(written)


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
