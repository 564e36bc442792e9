"""Expected credit losses in three stages, one claim at a time or a whole book of columns at once."""

from openscf.credit.provisions.columns import BookTotals, ClaimColumns, ProvisionColumns, book_totals, provide_all
from openscf.credit.provisions.model import Claim, LossCurve, Provision, ProvisionPolicy
from openscf.credit.provisions.rules import loss_curve, provide, stage_of

__all__ = [
    "BookTotals",
    "Claim",
    "ClaimColumns",
    "LossCurve",
    "Provision",
    "ProvisionColumns",
    "ProvisionPolicy",
    "book_totals",
    "loss_curve",
    "provide",
    "provide_all",
    "stage_of",
]
