"""Names of the views that this capability publishes, for whoever takes sets of them (`schema/60_published.sql`)."""

from typing import Final

INSTALMENTS: Final = "financing.instalment"
"""Promises to pay that deals laid on firms: role, party, document, due, paid, amount."""

CONFIRMED_CLAIMS: Final = "financing.confirmed_claim"
"""Claims that their debtors confirmed, under the identity of the document."""
