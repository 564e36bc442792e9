"""The key and the certificate with which an installation signs its documents: one PEM file that only it can read.

`<home>/private/documents.pem`, mode 0600, is made at the first use: a key on the curve P-256 and a certificate that the
key itself signs. Backups carry the folder. `OPENSCF_DOCUMENT_SIGNER` names another file of the same form, with the key
and the certificate of a recognised authority and, after it, those between it and the root. What the first one signed
stays verifiable, since its certificate stays where it is.
"""

import datetime as dt
import fcntl
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from openscf.db.server.private import make_private_folder, refuse_if_open, write_private
from openscf.db.settings import Settings
from openscf.kernel.errors import refusal

FILE: Final = "documents.pem"
_VALID_YEARS: Final = 10
_COMMON_NAME: Final = "openscf document signer"
SigningKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

DOCUMENT_SIGNER_UNUSABLE = refusal(
    "document_signer_unusable",
    en="{path} can't sign documents: {problem}.",
    zh="{path} 无法用于签署文件：{problem}。",
    fix_en="Give one PEM file: a private key (RSA or elliptic curve, no password), its certificate, those above it.",
    fix_zh="请提供一个 PEM 文件，包含私钥（RSA 或椭圆曲线，无口令）、对应证书及其上级证书。",
    status=409,
)
CERTIFICATE_UNREADABLE = refusal(
    "certificate_unreadable",
    en="{path} holds no certificate that can be read: {problem}.",
    zh="{path} 中没有可读取的证书：{problem}。",
    fix_en="Give the PEM file that the signer has published.",
    fix_zh="请使用签署方公布的 PEM 证书文件。",
    status=400,
)
DOCUMENT_SIGNER_EXPIRED = refusal(
    "document_signer_expired",
    en="The certificate that signs documents is valid from {since} to {until}; now is {at}.",
    zh="签署文件所用证书的有效期为 {since} 至 {until}，当前时间 {at}。",
    fix_en="Name a file with a valid certificate in OPENSCF_DOCUMENT_SIGNER, or move the self-made one away.",
    fix_zh="请在 OPENSCF_DOCUMENT_SIGNER 中指定有效证书文件，或移走自制证书以便重新生成。",
    status=409,
)


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs.

    Attributes:
        key: Private key.
        certificate: Of the key.
        chain: Certificates above it.
    """

    key: SigningKey
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...] = ()

    @property
    def fingerprint(self) -> bytes:
        """SHA-256 of the certificate."""
        return self.certificate.fingerprint(hashes.SHA256())


def signer_at(settings: Settings, now: dt.datetime) -> Signer:
    """The signer of an installation; a self-made one is made at the first use.

    Raises:
        Refusal: `document_signer_unusable`, `document_signer_expired`, or `private_file_open` if others can read it.
    """
    chosen = settings.document_signer
    path = settings.private / FILE if chosen is None else chosen
    if chosen is None:
        _ensure(path, now)
    found = read_signer(path)
    since, until = found.certificate.not_valid_before_utc, found.certificate.not_valid_after_utc
    if not since <= now <= until:
        raise DOCUMENT_SIGNER_EXPIRED(since=since.date(), until=until.date(), at=now.date())
    return found


def trusted_at(settings: Settings) -> tuple[x509.Certificate, ...]:
    """The certificates whose signatures this installation knows as its own: the chosen one and the self-made one."""
    places = [settings.private / FILE, *([settings.document_signer] if settings.document_signer else [])]
    return tuple(read_signer(path).certificate for path in places if path.exists())


def read_signer(path: Path) -> Signer:
    """The signer in a PEM file.

    Raises:
        Refusal: `document_signer_unusable`, `private_file_open`.
    """
    try:
        refuse_if_open(path)
        pem = path.read_bytes()
        key = serialization.load_pem_private_key(pem, password=None)
        first, *chain = x509.load_pem_x509_certificates(pem)
    except (OSError, ValueError, TypeError) as error:
        raise DOCUMENT_SIGNER_UNUSABLE(path=path, problem=str(error)[:200]) from None
    if not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise DOCUMENT_SIGNER_UNUSABLE(path=path, problem="the key is neither RSA nor on an elliptic curve")
    if first.public_key() != key.public_key():
        raise DOCUMENT_SIGNER_UNUSABLE(path=path, problem="the first certificate is of another key")
    return Signer(key, first, tuple(chain))


def read_certificates(path: Path) -> list[x509.Certificate]:
    """The certificates in a PEM file that somebody gave as known.

    Raises:
        Refusal: `certificate_unreadable`.
    """
    try:
        return x509.load_pem_x509_certificates(path.read_bytes())
    except (OSError, ValueError) as error:
        raise CERTIFICATE_UNREADABLE(path=path, problem=str(error)[:200]) from None


def certificate_pem(signer: Signer) -> bytes:
    """The certificate of a signer, to be published."""
    return signer.certificate.public_bytes(serialization.Encoding.PEM)


def self_made(now: dt.datetime, *, name: str = _COMMON_NAME) -> Signer:
    """A new key with a certificate that it signs itself.

    Args:
        now: From when on it is valid.
        name: Common name of the certificate.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name(
        [x509.NameAttribute(NameOID.ORGANIZATION_NAME, "openscf"), x509.NameAttribute(NameOID.COMMON_NAME, name)]
    )
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=True, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=False, crl_sign=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))  # clocks of readers may be behind
        .not_valid_after(now + dt.timedelta(days=365 * _VALID_YEARS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return Signer(key, certificate)


def as_pem(signer: Signer) -> bytes:
    """The file of a signer."""
    key = signer.key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    certificates = (signer.certificate, *signer.chain)
    return key + b"".join(each.public_bytes(serialization.Encoding.PEM) for each in certificates)


def _ensure(path: Path, now: dt.datetime) -> None:
    make_private_folder(path.parent)
    handle = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)  # two first starts at once must agree on one key
        if not path.exists():
            write_private(path, as_pem(self_made(now)))
    finally:
        os.close(handle)
