"""What may be pledged, for how much, and every way in which a lien is refused."""

import hashlib
from collections.abc import Sequence
from typing import Any

from openscf.kernel.errors import Refusal, refusal
from openscf.kernel.money import written
from openscf.trades.model import Document, DocumentKind, DocumentStatus
from openscf.trades.records import Asset, Lien, LienState, NewLien

PLEDGEABLE = frozenset(
    {DocumentKind.INVOICE, DocumentKind.BILL, DocumentKind.WAREHOUSE_RECEIPT, DocumentKind.PURCHASE_ORDER}
)

DOCUMENT_NOT_FOUND = refusal(
    "document_not_found",
    en="There is no document {document}, or you may not see it.",
    zh="单据 {document} 不存在，或您无权查看。",
    fix_en="Check the id or number.",
    fix_zh="请核对编号。",
    status=404,
)
DOCUMENT_VOID = refusal(
    "document_void",
    en="The document {number} has been declared void, or taken back by red letters.",
    zh="单据 {number} 已作废，或已被红字冲销。",
    fix_en="Nothing can be financed on it; ask the seller for the document that replaces it.",
    fix_zh="该单据不能用于融资；请向销方索取替代单据。",
    status=409,
)
NOT_AN_ASSET = refusal(
    "not_an_asset",
    en="A {kind} is no claim and no lot of goods: nothing can be pledged with it.",
    zh="{kind} 不是债权或货物凭证，不能设定担保。",
    fix_en="Pledge the invoice, bill, order or warehouse receipt itself.",
    fix_zh="请使用发票、票据、订单或仓单本身。",
)
ASSET_WITHOUT_FACE = refusal(
    "asset_without_face",
    en="The document {number} states no amount, so nobody can say how much of it may be pledged.",
    zh="单据 {number} 未载明金额，无法确定可担保的额度。",
    fix_en="Let the keeper or an appraiser state its value first.",
    fix_zh="请先由保管人或评估机构确定价值。",
)
ALREADY_ENCUMBERED = refusal(
    "already_encumbered",
    en="The asset {number} is under lien already: {pledged} of {face} is taken.",
    zh="资产 {number} 已设定担保：{face} 中已占用 {pledged}。",
    fix_en="Wait until the other lien is released, or ask its holder to assign it.",
    fix_zh="请等待原担保解除，或请原权利人转让。",
    status=409,
)
PLEDGE_EXCEEDS_FACE = refusal(
    "pledge_exceeds_face",
    en="Of the asset {number}, {pledged} of {face} is pledged; {asked} more does not fit.",
    zh="资产 {number} 面额 {face}，已担保 {pledged}，无法再担保 {asked}。",
    fix_en="Ask for at most what is left.",
    fix_zh="请在剩余额度内申请。",
    status=409,
)
LIEN_AMOUNT_NOT_POSITIVE = refusal(
    "lien_amount_not_positive",
    en="A lien takes a positive amount; {amount} was asked for.",
    zh="担保金额须为正数，申请金额为 {amount}。",
    status=400,
)
LIEN_NOT_FOUND = refusal(
    "lien_not_found",
    en="There is no lien {lien}.",
    zh="担保登记 {lien} 不存在。",
    fix_en="Check the id.",
    fix_zh="请核对编号。",
    status=404,
)
LIEN_RELEASED = refusal(
    "lien_released",
    en="The lien {lien} has been released already.",
    zh="担保登记 {lien} 已经解除。",
    status=409,
)
NOT_THE_HOLDER = refusal(
    "not_the_holder",
    en="{party} does not hold the lien {lien}; only its holder may release or assign it.",
    zh="{party} 不是担保登记 {lien} 的权利人；只有权利人可以解除或转让。",
    status=403,
)
NEAR_DUPLICATE_HELD = refusal(
    "near_duplicate_held",
    en="The document {number} looks like {other}, which is under lien: {score} points ({evidence}); pair {pair}.",
    zh="单据 {number} 与已设定担保的 {other} 相似：{score} 分（{evidence}），配对号 {pair}。",
    fix_en="If they are two trades, have two persons clear the pair; then ask again.",
    fix_zh="如确为两笔交易，请由两人复核放行后重试。",
    status=409,
)
FACE_IN_DISPUTE = refusal(
    "face_in_dispute",
    en="The versions of {number} contradict each other in {fields}: what it is worth has to be settled first.",
    zh="单据 {number} 的不同版本在 {fields} 上互相矛盾，须先核实其价值。",
    fix_en="Ask both sides which version holds, and have two persons settle it.",
    fix_zh="请向双方核实以哪个版本为准，并由两人复核确认。",
    status=409,
)
NOT_A_PAIR = refusal(
    "not_a_pair",
    en="A clearance names two different documents; {one} and {other} are one and the same.",
    zh="放行须指明两份不同的单据；{one} 与 {other} 为同一单据。",
    status=400,
)


CLEARS_ITS_OWN = refusal(
    "clears_its_own",
    en="{party} is a side of {number}: whether it is another trade is for those to judge who lend on it.",
    zh="{party} 是 {number} 的交易一方，是否为另一笔交易须由出资方判断。",
    fix_en="Let the funder who is to take the claim ask for the clearance.",
    fix_zh="请由拟受让该债权的资金方申请放行。",
    status=403,
)


def face_of(document: Document, credits_minor: Sequence[int | None]) -> tuple[int, str]:
    """What a claim is worth at most, in minor units, and its currency: what is payable, less its red letters.

    Args:
        document: The claim.
        credits_minor: The amounts of the red letters in force that speak of it; None takes back the whole.

    Raises:
        Refusal: `not_an_asset`, `document_void`, `asset_without_face`.
    """
    if document.kind not in PLEDGEABLE:
        raise NOT_AN_ASSET(kind=document.kind.value)
    if document.status is DocumentStatus.VOID or any(amount is None for amount in credits_minor):
        raise DOCUMENT_VOID(number=document.number)
    whole = document.gross_minor if document.payable_minor is None else document.payable_minor
    if whole is None or whole <= 0 or document.currency is None:
        raise ASSET_WITHOUT_FACE(number=document.number)
    left = whole - sum(abs(amount) for amount in credits_minor if amount is not None)
    if left <= 0:
        raise DOCUMENT_VOID(number=document.number)
    return left, document.currency


def amount_of(new: NewLien, asset: Asset) -> int:
    """How much of the face a new lien takes: what is asked for, or the whole.

    Raises:
        Refusal: `lien_amount_not_positive`.
    """
    amount = asset.face_minor if new.amount_minor is None else new.amount_minor
    if amount <= 0:
        raise LIEN_AMOUNT_NOT_POSITIVE(amount=written(amount, asset.unit))
    return amount


def no_room(asked: Lien, asset: Asset, held: Sequence[Lien], *, number: str) -> Refusal:
    """Why the constraints left no room for a lien."""
    facts: dict[str, Any] = {
        "number": number,
        "face": written(asset.face_minor, asset.unit),
        "pledged": written(asset.pledged_minor, asset.unit),
    }
    exclusive = asked.exclusive or any(lien.exclusive for lien in held)
    if exclusive and held:
        return ALREADY_ENCUMBERED(**facts)
    return PLEDGE_EXCEEDS_FACE(**facts, asked=written(asked.amount_minor, asset.unit))


def check_held(lien: Lien, holder: object) -> None:
    """Refuse who does not hold the lien, and a lien that nobody holds any more.

    Raises:
        Refusal: `not_the_holder` or `lien_released`, in this order.
    """
    if lien.holder != holder:
        raise NOT_THE_HOLDER(lien=str(lien.id), party=str(holder))
    if lien.state is not LienState.ACTIVE:
        raise LIEN_RELEASED(lien=str(lien.id))


def pair_of(one: bytes, other: bytes) -> str:
    """A short name for two look-alikes that both sides of a refusal and its clearance can quote."""
    return hashlib.sha256(b"".join(sorted((one, other)))).hexdigest()[:16]
