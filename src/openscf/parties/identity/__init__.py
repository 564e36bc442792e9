"""Identity codes of enterprises, people, banks and accounts, with their check digits. Pure."""

from openscf.parties.identity.codes import (
    verify_bic,
    verify_card,
    verify_cnaps,
    verify_iban,
    verify_lei,
    verify_resident_id,
    verify_uscc,
)
from openscf.parties.identity.normalise import Normalised, normalise_code

__all__ = [
    "Normalised",
    "normalise_code",
    "verify_bic",
    "verify_card",
    "verify_cnaps",
    "verify_iban",
    "verify_lei",
    "verify_resident_id",
    "verify_uscc",
]
