"""PDFs with an invoice inside, built here byte by byte: packed, plain, with another attachment beside it."""

import zlib

from tests.contract.samples._example import Example
from tests.contract.samples.cii import invoice


def pdf(files: dict[str, bytes], *, packed: bool = True) -> bytes:
    """A PDF of one empty page with these attachments."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles<</Names["
        + b" ".join(f"({name}) {4 + 2 * k} 0 R".encode() for k, name in enumerate(files))
        + b"]>>>>>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]>>",
    ]
    for k, (name, body) in enumerate(files.items()):
        stream = zlib.compress(body) if packed else body
        how = b"/Filter/FlateDecode" if packed else b""
        objects.append(f"<</Type/Filespec/F({name})/UF({name})/EF<</F {5 + 2 * k} 0 R>>>>".encode())
        objects.append(
            f"<</Type/EmbeddedFile/Length {len(stream)}".encode() + how + b">>stream\n" + stream + b"\nendstream"
        )
    return _assembled(objects)


def _assembled(objects: list[bytes]) -> bytes:
    made, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(made))
    return made + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + table + end


EXAMPLES = (
    Example(
        "invoice.pdf",
        pdf({"factur-x.xml": invoice()}),
        rows=1,
        amount=lambda text: pdf({"factur-x.xml": invoice(gross=text)}),
        grown=lambda n: pdf({"factur-x.xml": invoice(n)}),
    ),
    Example("plain.pdf", pdf({"zugferd-invoice.xml": invoice()}, packed=False), rows=1),
    Example("two.pdf", pdf({"notes.xml": b"<notes/>", "factur-x.xml": invoice(), "a.txt": b"a"}), rows=1),
)
