"""The client's methods of `trades`, one an operation; written by scripts/generate_client.py."""

from openscf.client.connection import Connection, Sent
from openscf.portal.operations import trades


class Trades(Connection):
    """What a platform offers in `trades`. Each raises `ApiRefusal` and `Unreachable`."""

    def confirm_receivable(self, document_id: str, body: trades.ConfirmReceivable, *, key: str | None = None) -> trades.ConfirmationAsked:
        """Confirm what you owe on an invoice, and until when. 确认应付账款（确权）。"""
        return self.call(Sent(method="POST", path=f"/v1/trades/{document_id}/confirm", body=body, key=key, command=True), trades.ConfirmationAsked)

    def dispute_receivable(self, document_id: str, body: trades.DisputeReceivable, *, key: str | None = None) -> trades.Disputed:
        """Say that you do not owe an invoice, and why. 对应付账款提出争议。"""
        return self.call(Sent(method="POST", path=f"/v1/trades/{document_id}/dispute", body=body, key=key, command=True), trades.Disputed)

    def get_trade(self, document_id: str) -> trades.TradeView:
        """Show a trade: an invoice with all that was matched to it. 查看一笔贸易：发票及其匹配的单据、差异与来源。"""
        return self.call(Sent(method="GET", path=f"/v1/trades/{document_id}"), trades.TradeView)
