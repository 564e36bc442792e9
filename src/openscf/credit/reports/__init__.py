"""A model's report: one page that needs nothing else, in both languages."""

from openscf.credit.reports.page import Findings, model_report, report_style

__all__ = ["Findings", "model_report", "report_style"]
