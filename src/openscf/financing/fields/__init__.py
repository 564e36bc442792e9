"""Contract terms, parameters of events and books of deals: frozen dataclasses that read, write and describe themselves.

A product declares its terms once, as a dataclass whose fields are made by `field_of`. From that come the reading at the
doors (strict, with the field's name in each refusal), the canonical JSON in the database, the form on the screen, and
the table in the reference page.
"""

from openscf.financing.fields.declaring import MINOR, FieldInfo, describe, describe_all, field_of
from openscf.financing.fields.reading import (
    FIELD_MALFORMED,
    FIELD_MISSING,
    FIELD_OUT_OF_RANGE,
    FIELD_UNKNOWN,
    read,
)
from openscf.financing.fields.writing import write

__all__ = [
    "FIELD_MALFORMED", "FIELD_MISSING", "FIELD_OUT_OF_RANGE", "FIELD_UNKNOWN", "MINOR", "FieldInfo", "describe",
    "describe_all", "field_of", "read", "write",
]  # fmt: skip
