"""What payment companies share: the direction of a row, and what became of it.

A row says `收入` (came in), `支出` (went out), or neither: money moved between the owner's own pots, and the export
gives it no direction. Such a row keeps its amount without a sign and the status `neutral`, so that nobody adds it up.
"""

from openscf.kernel.errors import Where, refusal

STATUS_UNKNOWN = refusal(
    "payment_status_unknown",
    en="The row says {status} in the column {field}; whether money moved is not known for that.",
    zh="{field} 列的状态为 {status}，无法判断资金是否已变动。",
    fix_en="Tell the operator of the platform what this status means, and send the file again.",
    fix_zh="请告知平台运营方该状态的含义后重新发送文件。",
)
DIRECTION_UNKNOWN = refusal(
    "payment_direction_unknown",
    en="The row says {direction} in the column {field}, which is neither income nor expense nor neutral.",
    zh="{field} 列的内容 {direction} 既不是收入、支出，也不是中性交易。",
    fix_en="Export the file again, without changing it.",
    fix_zh="请重新导出原始文件，不要修改。",
)

_SIGNS = {"收入": 1, "支出": -1, "/": 0, "": 0, "不计收支": 0, "中性交易": 0, "其他": 0}


def sign_of(direction: str, column: str) -> int:
    """1 for what came in, -1 for what went out, 0 for what has no direction.

    Raises:
        Refusal: `payment_direction_unknown`.
    """
    if direction not in _SIGNS:
        raise DIRECTION_UNKNOWN(field=column, direction=repr(direction[:20]), where=Where(field=column))
    return _SIGNS[direction]


def called_off(status: str) -> str:
    """`failed`, `closed` or nothing: the ends of an order that all payment companies call alike."""
    if "失败" in status:
        return "failed"
    return "closed" if "关闭" in status or "取消" in status else ""
