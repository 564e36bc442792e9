"""Regimes of finance, as implementations of `economy.Finance`."""

from openscf.cluster.regimes.experiment import REGIMES, Band, Outcome, Regime, compare, run_one
from openscf.cluster.regimes.lending import Lending, Loan, Terms, interest
from openscf.cluster.regimes.rules import BankLending, NoFinance, OfflineChain, Platform, rate_bps

__all__ = [
    "REGIMES",
    "Band",
    "BankLending",
    "Lending",
    "Loan",
    "NoFinance",
    "OfflineChain",
    "Outcome",
    "Platform",
    "Regime",
    "Terms",
    "compare",
    "interest",
    "rate_bps",
    "run_one",
]
