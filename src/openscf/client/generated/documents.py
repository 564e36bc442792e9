"""The client's methods of `documents`, one an operation; written by scripts/generate_client.py."""

from collections.abc import Sequence

from openscf.client.connection import Connection, Sent
from openscf.portal import Page
from openscf.portal import Upload
from openscf.portal import shapes
from openscf.portal.operations import documents


class Documents(Connection):
    """What a platform offers in `documents`. Each raises `ApiRefusal` and `Unreachable`."""

    def get_ingestion(self, file_id: str, query: shapes.Paging | None = None) -> documents.Ingestion:
        """What became of a file? 查看文件的处理结果。"""
        return self.call(Sent(method="GET", path=f"/v1/documents/{file_id}", query=query), documents.Ingestion)

    def list_files(self, query: shapes.Paging | None = None) -> Page[documents.TakenView]:
        """List the files that you sent. 已上传文件列表。"""
        return self.call(Sent(method="GET", path="/v1/documents", query=query), Page[documents.TakenView])

    def upload_documents(self, files: Sequence[Upload], query: documents.UploadQuery | None = None, *, key: str | None = None) -> documents.Uploaded:
        """Send files: invoices, orders, receipts, statements, goods events. 上传文件：发票、订单、收货、对账单、货物事件。"""
        return self.call(Sent(method="POST", path="/v1/documents", files=files, query=query, key=key, command=True), documents.Uploaded)
