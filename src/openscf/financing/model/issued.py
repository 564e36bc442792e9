"""A document that was issued about a deal or an account."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from openscf.kernel.ids import PartyId


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedDocument:
    """A document as it was issued; the PDF lies among the originals.

    Attributes:
        number: As `AN-2026-000001`.
        kind: As `assignment_notice`.
        subject: What it is about: `dea_…`, `acc_…`.
        recipients: Parties that may have it.
        record: All that it says, as JSON values.
        content_sha256: Hash of the record, printed on it.
        substance_sha256: Hash of what it says beside number and day.
        file_sha256: Hash of the signed PDF.
        issued_on, issued_at: Business day and instant.
        actor: Who had it made.
    """

    number: str
    kind: str
    subject: str
    recipients: tuple[PartyId, ...]
    record: Mapping[str, Any]
    content_sha256: bytes
    substance_sha256: bytes
    file_sha256: bytes
    issued_on: dt.date
    issued_at: dt.datetime
    actor: str
