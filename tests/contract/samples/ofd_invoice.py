"""OFD files with an invoice, built here: attached XML of both kinds, two invoices, key figures alone."""

from tests.contract.samples._example import Example, zipped
from tests.contract.samples.e_invoice_cn import BUYER, SELLER, digital, older

PAGE = b'<ofd:Page xmlns:ofd="http://www.ofdspec.org/2016"/>'


def ofd(attached: dict[str, bytes], figures: dict[str, str] | None = None) -> bytes:
    """An OFD with these attachments and these key figures in its index."""
    data = "".join(f'<ofd:CustomData Name="{name}">{text}</ofd:CustomData>' for name, text in (figures or {}).items())
    index = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016" Version="1.1">'
        f"<ofd:DocBody><ofd:DocInfo><ofd:DocID>1</ofd:DocID><ofd:CustomDatas>{data}</ofd:CustomDatas></ofd:DocInfo>"
        "<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"
    )
    pages = {"Doc_0/Document.xml": PAGE, "Doc_0/Pages/Page_0/Content.xml": PAGE}
    listed = {"Doc_0/Attachs/Attachments.xml": b"<Attachments/>"} if attached else {}
    return zipped({"OFD.xml": index.encode(), **pages, **listed, **attached})


def figures(net: str = "200.00") -> dict[str, str]:
    """The key figures as tax offices name them."""
    return {
        "发票代码": "033002100111",
        "发票号码": "12345678",
        "合计税额": "26.00",
        "合计金额": net,
        "开票日期": "2026年03月01日",
        "校验码": "11111222223333344444",
        "购买方纳税人识别号": BUYER,
        "销售方纳税人识别号": SELLER,
    }


ORIGINAL = "Doc_0/Attachs/original_invoice.xml"

EXAMPLES = (
    Example(
        "older.ofd",
        ofd({ORIGINAL: older()}, figures()),
        rows=1,
        amount=lambda text: ofd({ORIGINAL: older(gross=text)}),
        grown=lambda n: ofd({ORIGINAL: older(n)}),
    ),
    Example("digital.ofd", ofd({"Doc_0/Attachs/26332000000012345678.xml": digital()}), rows=1),
    Example(
        "two.ofd",
        ofd({"Doc_0/Attach/a.xml": digital(), "Doc_0/Attach/b.xml": digital(number="26332000000099999999")}),
        rows=2,
    ),
    Example("figures.ofd", ofd({}, figures()), rows=1, amount=lambda text: ofd({}, figures(text))),
)
