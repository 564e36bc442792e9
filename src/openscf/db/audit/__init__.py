"""The audit log: append-only, hash-chained, signed, verifiable offline.

Business transactions write into an inbox (`UnitOfWork.audit`); the `Sealer` moves committed entries into the chain and
signs; signed notes leave the database. `verify_audit` judges all of it; `export_evidence` takes some of it to a court,
where `openscf.db.audit.evidence.verify_evidence` needs a public key and nothing else.

The formats and the pure judgement (`format`, `merkle`, `notes`, `verify`, `evidence`) import no database.
"""

from openscf.db.audit.check import verify_audit
from openscf.db.audit.evidence import EvidenceReport, verify_evidence
from openscf.db.audit.export import export_evidence
from openscf.db.audit.format import Entry, SealedEntry
from openscf.db.audit.keys import KeyRing, key_age_days, read_public
from openscf.db.audit.notes import Note, Record
from openscf.db.audit.read import Standing, audited, audited_in, shown, standing_in
from openscf.db.audit.resume import resume
from openscf.db.audit.sealer import CHECKPOINT_AGE, CHECKPOINT_ENTRIES, Sealer, SealReport, sealer_at
from openscf.db.audit.sinks import FolderSink, Sink
from openscf.db.audit.store import Choice
from openscf.db.audit.thread import SealerThread
from openscf.db.audit.verify import BadEntry, Finding, LogReport

__all__ = [
    "CHECKPOINT_AGE",
    "CHECKPOINT_ENTRIES",
    "BadEntry",
    "Choice",
    "Entry",
    "EvidenceReport",
    "Finding",
    "FolderSink",
    "KeyRing",
    "LogReport",
    "Note",
    "Record",
    "SealReport",
    "SealedEntry",
    "Sealer",
    "SealerThread",
    "Sink",
    "Standing",
    "audited",
    "audited_in",
    "export_evidence",
    "key_age_days",
    "read_public",
    "resume",
    "sealer_at",
    "shown",
    "standing_in",
    "verify_audit",
    "verify_evidence",
]
