"""What goes out: invoices as UBL 2.1, payment orders as ISO 20022 pain.001. Pure: records in, bytes out."""

from openscf.ingestion.writers.pain001 import VERSIONS, PaymentInstruction, PaymentOrder, write_pain001
from openscf.ingestion.writers.ubl_invoice import write_ubl_invoice

__all__ = ["VERSIONS", "PaymentInstruction", "PaymentOrder", "write_pain001", "write_ubl_invoice"]
