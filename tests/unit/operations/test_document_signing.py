"""Signatures: who, over which bytes, and every way to change a file without being noticed."""

import dataclasses
import datetime as dt
import io
import random
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.generic import NameObject, pdf_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from openscf.db.settings import Settings
from openscf.kernel.errors import Refusal
from openscf.operations import documents as d
from openscf.operations.documents import keys, pades
from tests.unit.operations import papers
from tests.unit.parties.house import refused

pytestmark = papers.needs_font
NOW = dt.datetime(2026, 3, 10, 2, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def signer() -> d.Signer:
    return d.self_made(NOW)


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return d.render(papers.paper(papers.notice()))


@pytest.fixture(scope="module")
def signed(signer: d.Signer, pdf: bytes) -> bytes:
    return d.sign(pdf, signer, at=NOW)


def judged(file: bytes, *known: d.Signer) -> d.Verdict | str:
    try:
        return d.verify(file, [one.certificate for one in known])
    except Refusal as refusal:
        return refusal.code


def test_a_signed_document_says_who_when_and_that_nothing_changed(signed: bytes, signer: d.Signer) -> None:
    found = judged(signed, signer)
    assert isinstance(found, d.Verdict)
    assert found.good
    assert (found.signer, found.signed_at) == ("CN=openscf document signer,O=openscf", NOW)
    assert found.certificate_sha256 == signer.fingerprint.hex()
    assert b"ETSI.CAdES.detached" in signed, "the subfilter of PAdES"


def test_a_document_that_nobody_signed_is_not_good(pdf: bytes, signer: d.Signer) -> None:
    found = judged(pdf, signer)
    assert isinstance(found, d.Verdict)
    assert (found.signed, found.good) == (False, False)


def test_whoever_borrows_our_name_is_not_known(pdf: bytes, signer: d.Signer) -> None:
    forger = d.self_made(NOW)
    found = judged(d.sign(pdf, forger, at=NOW), signer)
    assert isinstance(found, d.Verdict)
    assert (found.intact, found.known, found.good) == (True, False, False)
    assert found.signer == "CN=openscf document signer,O=openscf", "the name alone says nothing"


def test_no_byte_of_a_signed_document_can_be_changed(
    signed: bytes, signer: d.Signer, request: pytest.FixtureRequest
) -> None:
    seed = request.config.getoption("--seed") or 20261125
    print(f"seed {seed}")
    chance = random.Random(seed)
    start = signed.index(b"/Contents <")
    places = [chance.randrange(len(signed)) for _ in range(60)]
    for place in (at for at in places if not start <= at < start + 2 * pades.RESERVED + 20):
        changed = bytearray(signed)
        changed[place] ^= 1 << chance.randrange(8)
        found = judged(bytes(changed), signer)
        assert isinstance(found, str) or not found.good, place


@pytest.mark.parametrize("added", [b"\n", b"%\n", b"\nstartxref\n0\n%%EOF\n", b"x" * 1000])
def test_nothing_can_be_put_behind_a_signed_document(signed: bytes, signer: d.Signer, added: bytes) -> None:
    found = judged(signed + added, signer)
    assert isinstance(found, str) or not found.good


def revised(signed: bytes) -> bytes:
    """The incremental update: every signed byte is still there, and a reader shows something else."""
    writer = IncrementalPdfFileWriter(io.BytesIO(signed))
    writer.root[NameObject("/Lang")] = pdf_string("en")
    writer.update_root()
    changed = io.BytesIO()
    writer.write(changed)
    assert changed.getvalue().startswith(signed)
    return changed.getvalue()


def test_a_later_revision_of_the_file_is_noticed(signed: bytes, signer: d.Signer) -> None:
    found = judged(revised(signed), signer)
    assert isinstance(found, d.Verdict)
    assert (found.intact, found.good) == (False, False)


def test_a_signature_of_another_document_does_not_fit(signed: bytes, signer: d.Signer) -> None:
    other = d.sign(d.render(papers.paper(papers.notice(minor=1))), signer, at=NOW)
    size = 2 * pades.RESERVED + 2
    here, there = signed.index(b"/Contents <") + 10, other.index(b"/Contents <") + 10
    found = judged(signed[:here] + other[there : there + size] + signed[here + size :], signer)
    assert isinstance(found, str) or not found.good


@pytest.mark.parametrize("file", [b"", b"hello", b"%PDF-1.7\n", b"PK\x03\x04", b"%PDF-1.7\n%%EOF", b"<html>"])
def test_what_is_no_pdf_is_refused_by_name(file: bytes) -> None:
    assert judged(file) == "document_unreadable"


def test_a_cut_document_is_never_good(signed: bytes, signer: d.Signer) -> None:
    for part in range(1, 10):
        found = judged(signed[: len(signed) * part // 10], signer)
        assert isinstance(found, str) or not found.good


def test_a_check_that_forgot_coverage_would_let_a_later_revision_pass(
    signed: bytes, signer: d.Signer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted defect: the signed bytes are right, only nobody asks whether they are all bytes."""
    whole = pades.SignatureCoverageLevel.ENTIRE_FILE
    monkeypatch.setattr(pades.EmbeddedPdfSignature, "evaluate_signature_coverage", lambda _: whole)
    found = judged(revised(signed), signer)
    assert isinstance(found, d.Verdict)
    assert found.good, "so it is the question of coverage that the test above rests on"


def settings(tmp_path: Path, **named: Any) -> Settings:
    return Settings(home=tmp_path / "home", **named)


def test_an_installation_makes_its_signer_once_and_only_it_can_read_it(tmp_path: Path) -> None:
    chosen = settings(tmp_path)
    first = d.signer_at(chosen, NOW)
    assert d.signer_at(chosen, NOW + dt.timedelta(days=400)).fingerprint == first.fingerprint
    path = chosen.private / keys.FILE
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.fingerprint(hashes.SHA256()) for one in d.trusted_at(chosen)] == [first.fingerprint]
    path.chmod(0o644)
    with refused("private_file_open"):
        d.signer_at(chosen, NOW)


def test_a_certificate_out_of_its_time_signs_nothing(tmp_path: Path) -> None:
    chosen = settings(tmp_path)
    d.signer_at(chosen, NOW)
    for days in (-2, 3651):
        with refused("document_signer_expired"):
            d.signer_at(chosen, NOW + dt.timedelta(days=days))


def authority() -> d.Signer:
    """An RSA key with a certificate of an authority above it."""
    root, key = (rsa.generate_private_key(65537, 2048) for _ in range(2))
    names = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]) for name in ("Test CA", "浦江平台")]
    made = []
    for subject, public, ca in ((names[0], root, True), (names[1], key, False)):
        builder = x509.CertificateBuilder(
            issuer_name=names[0], subject_name=subject, public_key=public.public_key(),
            serial_number=x509.random_serial_number(), not_valid_before=NOW,
            not_valid_after=NOW + dt.timedelta(days=365),
        )  # fmt: skip
        made.append(builder.add_extension(x509.BasicConstraints(ca, None), critical=True).sign(root, hashes.SHA256()))
    return d.Signer(key, made[1], (made[0],))


def test_a_real_certificate_takes_over_and_what_the_first_one_signed_stays_good(tmp_path: Path, pdf: bytes) -> None:
    before = d.sign(pdf, d.signer_at(settings(tmp_path), NOW), at=NOW)
    real, file = authority(), tmp_path / "real.pem"
    file.touch(mode=0o600)
    file.write_bytes(d.as_pem(real))
    chosen = settings(tmp_path, document_signer=file)
    after = d.sign(pdf, d.signer_at(chosen, NOW), at=NOW)
    for one in (before, after):
        assert d.verify(one, d.trusted_at(chosen)).good
    assert d.verify(after, d.trusted_at(chosen)).signer == "CN=浦江平台"
    assert not d.verify(after, d.trusted_at(settings(tmp_path))).good


def test_a_signer_that_cannot_sign_is_refused_with_what_is_wrong(tmp_path: Path, signer: d.Signer) -> None:
    other = d.self_made(NOW)
    wrong = {
        "no key": d.certificate_pem(signer), "nothing": b"",
        "no certificate": d.as_pem(signer).split(b"-----BEGIN CERT")[0],
        "another key": d.as_pem(dataclasses.replace(signer, key=other.key)),
        "ed25519": d.as_pem(dataclasses.replace(signer, key=ed25519.Ed25519PrivateKey.generate())),
    }  # fmt: skip
    for name, content in wrong.items():
        file = tmp_path / name
        file.touch(mode=0o600)
        file.write_bytes(content)
        with refused("document_signer_unusable"):
            d.signer_at(settings(tmp_path, document_signer=file), NOW)
    with refused("document_signer_unusable"):
        d.signer_at(settings(tmp_path, document_signer=tmp_path / "absent"), NOW)
