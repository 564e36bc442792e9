"""The client's methods of `vouchers_pieces`, one an operation; written by scripts/generate_client.py."""

from openscf.client.connection import Connection, Sent
from openscf.portal.operations import asked
from openscf.portal.operations import vouchers_pieces
from openscf.portal.operations import vouchers_shown


class VouchersPieces(Connection):
    """What a platform offers in `vouchers_pieces`. Each raises `ApiRefusal` and `Unreachable`."""

    def accept_piece(self, piece_id: str, *, key: str | None = None) -> vouchers_shown.PieceView:
        """Accept a piece that one is offered. 签收份额。"""
        return self.call(Sent(method="POST", path=f"/v1/pieces/{piece_id}/accept", key=key, command=True), vouchers_shown.PieceView)

    def finance_voucher(self, piece_id: str, body: vouchers_pieces.FinancePiece, *, key: str | None = None) -> vouchers_pieces.OfferedPiece:
        """Offer a part of a piece to a funder. 拆分融资（无追索）。"""
        return self.call(Sent(method="POST", path=f"/v1/pieces/{piece_id}/finance", body=body, key=key, command=True), vouchers_pieces.OfferedPiece)

    def fund_piece(self, piece_id: str, *, key: str | None = None) -> asked.Asked:
        """Ask a colleague to pay for a piece. 资金方申请放款。"""
        return self.call(Sent(method="POST", path=f"/v1/pieces/{piece_id}/fund", key=key, command=True), asked.Asked)

    def refuse_piece(self, piece_id: str, *, key: str | None = None) -> vouchers_shown.PieceView:
        """Refuse a piece that one is offered. 拒收份额。"""
        return self.call(Sent(method="POST", path=f"/v1/pieces/{piece_id}/refuse", key=key, command=True), vouchers_shown.PieceView)

    def transfer_voucher(self, piece_id: str, body: vouchers_pieces.TransferPiece, *, key: str | None = None) -> vouchers_pieces.OfferedPiece:
        """Pass a part of a piece on to a supplier. 拆分转让给供应商。"""
        return self.call(Sent(method="POST", path=f"/v1/pieces/{piece_id}/transfer", body=body, key=key, command=True), vouchers_pieces.OfferedPiece)

    def withdraw_piece(self, piece_id: str, *, key: str | None = None) -> vouchers_shown.PieceView:
        """Take back what one offered. 撤回转出。"""
        return self.call(Sent(method="POST", path=f"/v1/pieces/{piece_id}/withdraw", key=key, command=True), vouchers_shown.PieceView)
