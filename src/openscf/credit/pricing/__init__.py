"""The price of a loan, component by component, and the rate at which customers' churn leaves the most profit."""

from openscf.credit.pricing.demand import Demand, DemandPoint, RateChoice, best_rate
from openscf.credit.pricing.model import Lateness, Price, PriceComponent, PricePolicy, PriceRequest
from openscf.credit.pricing.rules import expected_loss_rate, pd_over, price

__all__ = [
    "Demand",
    "DemandPoint",
    "Lateness",
    "Price",
    "PriceComponent",
    "PricePolicy",
    "PriceRequest",
    "RateChoice",
    "best_rate",
    "expected_loss_rate",
    "pd_over",
    "price",
]
