"""Regimes of finance, as implementations of `economy.Finance`."""

from openscf.cluster.regimes.lending import Lending, Loan, Terms, interest
from openscf.cluster.regimes.rules import BankLending, NoFinance, OfflineChain, Platform, rate_bps

__all__ = ["BankLending", "Lending", "Loan", "NoFinance", "OfflineChain", "Platform", "Terms", "interest", "rate_bps"]
