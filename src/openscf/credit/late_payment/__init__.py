"""When a receivable will be paid: the probability that it is late, and the day on which to expect the money."""

from openscf.credit.late_payment.between import PaysLate, lateness_between
from openscf.credit.late_payment.fit import fit_late_payment
from openscf.credit.late_payment.foretelling import Foretold, foretell, lateness_of, receivables_in
from openscf.credit.late_payment.history import SIGNALS, Receivable, Signal, signals_of
from openscf.credit.late_payment.model import Expectation, LatePaymentModel
from openscf.credit.late_payment.validation import LateFigures, judged

__all__ = [
    "SIGNALS", "Expectation", "Foretold", "LateFigures", "LatePaymentModel", "PaysLate", "Receivable", "Signal",
    "fit_late_payment", "foretell", "judged", "lateness_between", "lateness_of", "receivables_in", "signals_of",
]  # fmt: skip
