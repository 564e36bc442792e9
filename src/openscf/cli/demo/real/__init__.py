"""The demo on real invoices: the sales tables of a modelling contest, financed through their whole life.

Source of the tables: Contemporary Undergraduate Mathematical Contest in Modelling 2020, problem C: value-added tax
invoices of 425 small Chinese firms, 2016 to 2020. They lie where `--data` says; nothing of them is in this project.

What is real: every invoice, its number, day, amount, tax and state, who sold and who bought. What is not in the tables
and so is drawn from a seed (`fates`): when an invoice is due, and when, or whether, it is paid.

The tables name firms by codes of their own (`E1`, `B00123`), which mean nothing outside them. So each firm that takes
part joins the platform under a made-up name and a made-up unified social credit code of the right form, with two people
of its own; then the operator's two people say by four eyes which code of this source is which enterprise
(`trades.request_source_codes`). From there on everything goes the common way.
"""

from openscf.cli.demo.real.choosing import EVERYTHING, Chosen, Extent, choose
from openscf.cli.demo.real.play import Play
from openscf.cli.demo.real.reading import read_real
from openscf.cli.demo.real.telling import tell_real

__all__ = ["EVERYTHING", "Chosen", "Extent", "Play", "choose", "read_real", "tell_real"]
