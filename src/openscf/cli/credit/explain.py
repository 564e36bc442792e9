"""`openscf credit explain`: scores made again and told in words."""

from pathlib import Path
from typing import Annotated

import typer

from openscf.cli.common import Json, language, say, show
from openscf.cli.credit._inputs import Firms


def command(
    records: Annotated[Path, typer.Argument(help="Records, one a line, as `score --out` writes them.")],
    model: Annotated[Path, typer.Option(help="The model that gave the scores.")],
    firm: Firms = None,
    as_json: Json = False,
) -> None:
    """Make scores again from their records, compare every byte, and say in words what cost points and what helps."""
    from openscf.credit import headline, model_of, reasons, record_of, reproduce  # noqa: PLC0415

    judge = model_of(model.read_bytes())
    found, lines = [], []
    for data in records.read_bytes().splitlines():
        record = record_of(data)
        if firm and record.firm not in firm:
            continue
        reproduce(record, judge)
        why = reasons(record, judge)
        found.append(
            {
                **record.content,
                "sentences": {
                    "en": [headline(record, "en"), *(each.sentence("en") for each in why)],
                    "zh": [headline(record, "zh"), *(each.sentence("zh") for each in why)],
                },
            }
        )
        lines += [headline(record, language()), *(f"  {each.sentence(language())}" for each in why)]
    lines.append(say(f"{len(found)} scores reproduced byte for byte", f"{len(found)} 条评分已逐字节复现"))
    show(found, "\n".join(lines), as_json=as_json)
