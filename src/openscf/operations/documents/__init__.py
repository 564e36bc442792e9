"""Documents that people expect of a financing: bilingual PDFs, signed, kept as they were issued."""

from openscf.operations.documents.model import *  # noqa: F403
from openscf.operations.documents.typesetting import render
