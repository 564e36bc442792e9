"""What goes out: invoices as UBL 2.1, orders as pain.001, statements as camt.053. Pure: records in, bytes out."""

from openscf.ingestion.writers.camt053 import (
    CAMT_VERSION,
    StatementAccount,
    StatementEntry,
    StatementMessage,
    write_camt053,
)
from openscf.ingestion.writers.pain001 import VERSIONS, PaymentInstruction, PaymentOrder, write_pain001
from openscf.ingestion.writers.ubl_invoice import write_ubl_invoice

__all__ = [
    "CAMT_VERSION", "VERSIONS", "PaymentInstruction", "PaymentOrder", "StatementAccount", "StatementEntry",
    "StatementMessage", "write_camt053", "write_pain001", "write_ubl_invoice",
]  # fmt: skip
