"""Documents that people expect of a financing: bilingual PDFs, signed, kept as they were issued."""

from openscf.operations.documents.keys import Signer, as_pem, read_signer, self_made, signer_at, trusted_at
from openscf.operations.documents.model import *  # noqa: F403
from openscf.operations.documents.signing import Verdict, sign, verify
from openscf.operations.documents.typesetting import render
