"""`openscf credit features`: the features of firms, and what each means."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from openscf.cli.common import Json, language, say, show
from openscf.cli.credit._inputs import SHOWN, AsOf, Currency, FirmList, Firms, features_of, named, steps

if TYPE_CHECKING:
    from openscf.credit import FeatureTable


def command(
    snapshot: Annotated[Path | None, typer.Option("--snapshot", help="Folder of a network snapshot.")] = None,
    as_of: AsOf = None,
    firm: Firms = None,
    firms: FirmList = None,
    currency: Currency = "CNY",
    listed: Annotated[bool, typer.Option("--list", help="List the declared features and what they mean.")] = False,
    out: Annotated[Path | None, typer.Option(help="Write all features to this Parquet file.")] = None,
    as_json: Json = False,
) -> None:
    """Compute the features of firms from a snapshot of the trade network, or list them."""
    if listed:
        _list_features(as_json)
        return
    if snapshot is None:
        raise typer.BadParameter("needed unless --list is given", param_hint="--snapshot")
    with steps(as_json) as step:
        step(say("computing features", "计算特征"))
        table = features_of(snapshot, as_of, named(firm, firms), currency=currency)
    if out is not None:
        import pyarrow.parquet as pq  # noqa: PLC0415

        pq.write_table(table.table, out)
    record = {
        "as_of": table.as_of.isoformat(),
        "snapshot_sha256": table.snapshot_sha256,
        "features": {name: values for name, values in table.rows().items()},
    }
    show(record, _features_text(table, whole=len(table.firms) <= SHOWN), as_json=as_json)


def _list_features(as_json: bool) -> None:
    from openscf.credit import known_families  # noqa: PLC0415

    names = ("name", "en", "zh", "definition_en", "definition_zh", "meaning_en", "meaning_zh", "source")
    record = [
        {
            "family": family.name, "unit": feature.unit.value, "direction": feature.direction.value,
            **{name: getattr(feature, name) for name in names},
        }
        for family in known_families() for feature in family.features
    ]  # fmt: skip
    chinese = language() == "zh"
    words = ("zh", "meaning_zh") if chinese else ("en", "meaning_en")
    lines = [f"{one['name']:<26} {one[words[0]]}: {one[words[1]]}" for one in record]
    show(record, "\n".join(lines), as_json=as_json)


def _features_text(table: "FeatureTable", *, whole: bool) -> str:
    from openscf.credit import feature_named, worded  # noqa: PLC0415

    count = len(table.firms)
    head = say(f"{count:,} firms as of {table.as_of}", f"{count:,} 户企业，基准日 {table.as_of}")
    if not whole:
        return head
    lines = [head]
    for firm, values in table.rows().items():
        lines.append(firm)
        for name, value in values.items():
            feature = feature_named(name)
            label = feature.zh if language() == "zh" else feature.en
            lines.append(f"  {label}: {worded(feature, value, language())}")
    return "\n".join(lines)
