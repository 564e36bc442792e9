"""Regimes of finance, as implementations of `economy.Finance`."""

from openscf.cluster.regimes.experiment import REGIMES, Band, Outcome, Regime, compare, run_one
from openscf.cluster.regimes.lending import Lending, Loan, Terms, interest
from openscf.cluster.regimes.rules import BankLending, NoFinance, OfflineChain, Platform, rate_bps
from openscf.cluster.regimes.trials import TRIALS, Trial

__all__ = [
    "REGIMES",
    "TRIALS",
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
    "Trial",
    "compare",
    "interest",
    "rate_bps",
    "run_one",
]
