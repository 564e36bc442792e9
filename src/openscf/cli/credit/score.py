"""`openscf credit score`: scores of firms, each a record from which it can be made again."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from openscf.cli.common import Json, language, say, show
from openscf.cli.credit._inputs import SHOWN, AsOf, Currency, FirmList, Firms, SnapshotFolder, features_of, named, steps

if TYPE_CHECKING:
    from openscf.credit import ScoreRecord


def command(
    snapshot: SnapshotFolder,
    model: Annotated[Path, typer.Option(help="The model (JSON, as `train` writes it).")],
    as_of: AsOf = None,
    firm: Firms = None,
    firms: FirmList = None,
    currency: Currency = "CNY",
    out: Annotated[Path | None, typer.Option(help="Write the records here, one a line.")] = None,
    as_json: Json = False,
) -> None:
    """Score firms; every score is a record from which it can be made again byte for byte."""
    from openscf.credit import model_of, score_all  # noqa: PLC0415

    judge = model_of(model.read_bytes())
    with steps(as_json) as step:
        step(say("computing features", "计算特征"))
        table = features_of(snapshot, as_of, named(firm, firms), currency=currency)
        step(say("scoring", "评分"))
        records = score_all(judge, table)
    if out is not None:
        out.write_bytes(b"".join(record.data + b"\n" for record in records))
    show([record.content for record in records], _scores_text(records), as_json=as_json)


def _scores_text(records: "list[ScoreRecord]") -> str:
    from openscf.credit import headline  # noqa: PLC0415

    lines = [headline(record, language()) for record in records[:SHOWN]]
    if len(records) > SHOWN:
        left = len(records) - SHOWN
        lines.append(say(f"… and {left:,} more: --out keeps all", f"…… 另有 {left:,} 条：用 --out 保存全部"))
    return "\n".join(lines)
