"""When a receivable will be paid: the probability that it is late, and the day on which to expect the money."""

from openscf.credit.late_payment.between import PaysLate, lateness_between
from openscf.credit.late_payment.fit import fit_late_payment
from openscf.credit.late_payment.forecasting import Forecast, forecast_again, forecasts, told_of
from openscf.credit.late_payment.foretelling import Foretold, foretell, lateness_of, receivables_in
from openscf.credit.late_payment.history import SIGNALS, Receivable, Signal, signals_of
from openscf.credit.late_payment.model import Expectation, LatePaymentModel
from openscf.credit.late_payment.telling import lessons_in, open_on, views_in
from openscf.credit.late_payment.validation import LateFigures, figures_of, judged

__all__ = [
    "SIGNALS",
    "Expectation",
    "Forecast",
    "Foretold",
    "LateFigures",
    "LatePaymentModel",
    "PaysLate",
    "Receivable",
    "Signal",
    "figures_of",
    "fit_late_payment",
    "forecast_again",
    "forecasts",
    "foretell",
    "judged",
    "lateness_between",
    "lateness_of",
    "lessons_in",
    "open_on",
    "receivables_in",
    "signals_of",
    "told_of",
    "views_in",
]  # fmt: skip
