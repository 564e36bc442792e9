"""camt.052, 053 and 054: bare, with a prefix, in an envelope, several statements, one that does not add up."""

from tests.contract.samples._example import Example

_ENTRY = (
    '<Ntry><Amt Ccy="{code}">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>{status}</Sts>'
    "<BookgDt><Dt>2024-01-02</Dt></BookgDt><AcctSvcrRef>REF{number}</AcctSvcrRef><NtryDtls><TxDtls>"
    "<Refs><EndToEndId>E2E{number}</EndToEndId></Refs><RltdPties><Dbtr><Nm>Muster GmbH</Nm></Dbtr></RltdPties>"
    "<RmtInf><Ustrd>Invoice {number}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"
)
_BALANCE = (
    "<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp>"
    '<Amt Ccy="{code}">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2024-01-02</Dt></Dt></Bal>'
)


def statement(number: int, amount: str, closing: str, *, code: str = "EUR", opening: str = "100") -> str:
    """A statement with one entry."""
    return (
        f"<Stmt><Id>S{number}</Id><Acct><Id><IBAN>DE02100100{number}</IBAN></Id></Acct>"
        + _BALANCE.format(kind="OPBD", amount=opening, code=code)
        + _BALANCE.format(kind="CLBD", amount=closing, code=code)
        + _ENTRY.format(number=number, amount=amount, code=code, status="BOOK")
        + "</Stmt>"
    )


def document(inner: str, *, kind: str = "053.001.02", root: str = "BkToCstmrStmt") -> bytes:
    """The message around them."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.{kind}"><{root}>'
        f"<GrpHdr><MsgId>M1</MsgId></GrpHdr>{inner}</{root}></Document>"
    ).encode()


def with_amount(amount: str) -> bytes:
    """Two statements, the second with this amount in its entry."""
    return document(statement(1, "50.5", "150.50000") + statement(2, amount, "187.00"))


def grown(n: int) -> bytes:
    """n statements."""
    return document("".join(statement(k, "50.5", "150.50") for k in range(1, n + 1)))


REPORT = document(
    "<Rpt><Id>R1</Id><Acct><Id><Othr><Id>42</Id></Othr></Id></Acct>"
    + _ENTRY.format(number=9, amount="1000", code="JPY", status="<Cd>PDNG</Cd>")
    + "</Rpt>",
    kind="052.001.08",
    root="BkToCstmrAcctRpt",
)
PREFIXED = (
    b'<m:message xmlns:m="urn:x"><h:AppHdr xmlns:h="urn:iso:std:iso:20022:tech:xsd:head.001.001.01"><h:BizMsgIdr>1'
    b'</h:BizMsgIdr></h:AppHdr><c:Document xmlns:c="urn:iso:std:iso:20022:tech:xsd:camt.054.001.04">'
    b"<c:BkToCstmrDbtCdtNtfctn><c:Ntfctn><c:Id>N1</c:Id><c:Acct><c:Id><c:IBAN>DE02</c:IBAN></c:Id></c:Acct><c:Ntry>"
    b'<c:Amt Ccy="KWD">12.345</c:Amt><c:CdtDbtInd>DBIT</c:CdtDbtInd><c:Sts>BOOK</c:Sts></c:Ntry></c:Ntfctn>'
    b"</c:BkToCstmrDbtCdtNtfctn></c:Document></m:message>"
)

EXAMPLES = (
    Example("good.xml", with_amount("87"), rows=2, amount=with_amount, grown=grown),
    Example("unbalanced.xml", document(statement(1, "1", "150") + statement(2, "87", "187")), rows=2, rejections=1),
    Example("report.xml", REPORT, rows=1),
    Example("prefixed.xml", PREFIXED, rows=1),
)
