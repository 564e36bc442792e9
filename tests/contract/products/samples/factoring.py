"""Factoring: the terms of the worked example of PRODUCTS 1.1; the same at a discount, without recourse, undisclosed."""

from openscf.financing import PRODUCTS
from tests.contract.products.samples._advance import AdvanceSample

SAMPLES = (
    AdvanceSample(
        product=PRODUCTS.get("factoring"),
        terms={"price": {"rate": "7.2%"}, "advance_rate": "80%", "fee_rate": "0.5%"},
        proposal={"number": "0001", "face": "1000000.00", "due_on": "2026-05-31"},
    ),
    AdvanceSample(
        product=PRODUCTS.get("factoring"),
        terms={"price": {"rate": "6%", "timing": "advance"}, "advance_rate": "90%", "notified": False},
        proposal={"number": "0002", "face": "345678.90", "due_on": "2026-06-19"},
    ),
)
