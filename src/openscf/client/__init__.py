"""A typed client of a platform: `Client(url, token)`, with a method for each operation.

    client = Client("https://scf.example.com", token="scf_live_…")
    quote = client.quote_financing(Apply(programme="prg_…", document="doc_…"))

A command is sent again with the same idempotency key when the connection broke or the platform was busy, so it is
carried out once. Amounts stay strings with their currency; nothing becomes a float.
"""

from openscf.client.connection import ApiRefusal, Connection, Http, Sent, Unreachable
from openscf.client.generated import Operations as Client

__all__ = ["ApiRefusal", "Client", "Connection", "Http", "Sent", "Unreachable"]
