"""`openscf credit receivable`: when an open receivable will be paid, and what financing it costs."""

from typing import Annotated

import typer

from openscf.cli.common import Json, language, say, show
from openscf.cli.credit._inputs import AsOf, SnapshotFolder, steps
from openscf.cli.credit.price import price_text


def command(
    document: Annotated[str, typer.Argument(metavar="DOCUMENT", help="The invoice (doc_…).")],
    snapshot: SnapshotFolder,
    pd_1y: Annotated[float, typer.Option("--pd", help="The debtor's one-year probability of default: 0.01 is 1 %.")],
    as_of: AsOf = None,
    lgd: Annotated[float, typer.Option(help="Loss given default, a part of one.")] = 0.45,
    as_json: Json = False,
) -> None:
    """Tell when a receivable will be paid, learned from all payments known on a day, and price its financing.

    The days beyond its due day for which the money is expected to be out cost what money costs: `late_payment`.
    """
    from openscf import credit  # noqa: PLC0415 - commands load the platform only when they run

    with steps(as_json) as step:
        step(say("learning from payments", "学习付款记录"))
        opened = credit.open_snapshot(snapshot)
        day = as_of.date() if as_of else opened.newest_on()
        if day is None:
            raise typer.BadParameter("needed: the snapshot has no invoice", param_hint="--as-of")
        found = credit.foretell(credit.receivables_in(opened, document), document, known_on=day)
    request = credit.PriceRequest(
        risk=credit.IrbRisk(pd_1y=pd_1y, lgd=lgd, self_liquidating=True),
        tenor_days=(found.receivable.due_on - day).days,
        lateness=found.lateness,
    )
    priced = credit.price(request, credit.PricePolicy())
    said = found.expectation
    record = {
        "document": document, "as_of": day.isoformat(), "due_on": found.receivable.due_on.isoformat(),
        "late_ppm": said.late_ppm, "expected_on": said.expected_on.isoformat(),
        "days_beyond_due": str(found.lateness.days), "said": {"en": said.sentence("en"), "zh": said.sentence("zh")},
        "model_sha256": found.model.sha256, "price": priced.as_record(),
    }  # fmt: skip
    show(record, f"{said.sentence('zh' if language() == 'zh' else 'en')}\n{price_text(priced)}", as_json=as_json)
