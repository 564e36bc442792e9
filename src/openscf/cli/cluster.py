"""`openscf cluster`: the same industries under four ways to be financed, with a report."""

import math
from pathlib import Path
from typing import Annotated, Any

import typer

from openscf.cli.common import Json, say, show


def command(
    seeds: Annotated[int, typer.Option(min=2, max=5000, help="So many industries.")] = 40,
    years: Annotated[int, typer.Option(min=1, max=10, help="Years that each runs.")] = 3,
    seed: Annotated[int, typer.Option(help="The first seed.")] = 0,
    report: Annotated[
        Path | None, typer.Option(dir_okay=False, help="Write the report here: one HTML page in both languages.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Compare finance regimes on simulated industries: none, bank lending, offline supply-chain finance, the platform.

    Each industry has a core enterprise, three tiers of suppliers and distributors, with seasons, shocks, late payers
    and dishonest members; every regime meets the same ones. The report answers the claims of the two papers with
    numbers, favourable or not. Nothing here touches a database.
    """
    from openscf.cli.demo import progress  # noqa: PLC0415 - commands load what they need only when they run
    from openscf.cluster import REGIMES, as_record, compare  # noqa: PLC0415
    from openscf.cluster import report as page  # noqa: PLC0415

    names = {one.code: (one.en, one.zh) for one in REGIMES}
    with progress(quiet=as_json) as told:

        def tell(code: str, /, *, done: int, whole: int) -> None:
            told(*names[code], done=done, whole=whole)

        found = compare(range(seed, seed + seeds), years, tell=tell)
    record = {"first_seed": seed, "seeds": seeds, "years": years, **as_record(found)}
    if report is not None:
        report.write_text(page(found, seeds=seeds, years=years), encoding="utf-8")
    show(record, "\n".join(_told(record, report)), as_json=as_json)


def _told(record: dict[str, Any], report: Path | None) -> list[str]:
    lines = [
        say(f"{record['seeds']} industries, {record['years']} years", f"{record['seeds']} 个产业，{record['years']} 年")
    ]
    for code, figures in record["regimes"].items():
        served, financed = (figures.get(name, {}).get("mean", math.nan) for name in ("output", "share_financed"))
        lines.append(
            say(
                f"{code:14} requests financed {financed:6.1%}, end demand served {served:6.1%}",
                f"{code:14} 融资满足率 {financed:6.1%}，终端需求满足率 {served:6.1%}",
            )
        )
    verdicts = {"supported": "✓", "contradicted": "✗", "not shown": "·"}
    lines += [f"{verdicts[one['verdict']]} {say(one['en'], one['zh'])}" for one in record["claims"]]
    if report is not None:
        lines.append(say(f"report: {report}", f"报告：{report}"))
    return lines
