"""The client's methods of `documents_issued`, one an operation; written by scripts/generate_client.py."""

from openscf.client.connection import Connection, Sent
from openscf.portal import Page
from openscf.portal import shapes
from openscf.portal.operations import documents_issued


class DocumentsIssued(Connection):
    """What a platform offers in `documents_issued`. Each raises `ApiRefusal` and `Unreachable`."""

    def get_issued_document(self, number: str) -> shapes.FileView:
        """Fetch an issued document. 下载文件。"""
        return self.call(Sent(method="GET", path=f"/v1/issued-documents/{number}"), shapes.FileView)

    def issue_certificate(self, voucher_id: str, body: documents_issued.IssueCertificate, *, key: str | None = None) -> documents_issued.IssuedView:
        """Issue the certificate of a voucher. 出具凭证证明。"""
        return self.call(Sent(method="POST", path=f"/v1/vouchers/{voucher_id}/certificate", body=body, key=key, command=True), documents_issued.IssuedView)

    def issue_document(self, body: documents_issued.IssueDocument, *, key: str | None = None) -> documents_issued.IssuedView:
        """Issue a document about a deal. 出具业务文件。"""
        return self.call(Sent(method="POST", path="/v1/issued-documents", body=body, key=key, command=True), documents_issued.IssuedView)

    def issue_statement(self, account_id: str, body: documents_issued.IssueStatement, *, key: str | None = None) -> documents_issued.IssuedView:
        """Issue the statement of an account. 出具账户对账单。"""
        return self.call(Sent(method="POST", path=f"/v1/accounts/{account_id}/statement", body=body, key=key, command=True), documents_issued.IssuedView)

    def list_issued_documents(self, query: documents_issued.IssuedFilter | None = None) -> Page[documents_issued.IssuedView]:
        """Which documents were issued to me? 已出具的文件。"""
        return self.call(Sent(method="GET", path="/v1/issued-documents", query=query), Page[documents_issued.IssuedView])
