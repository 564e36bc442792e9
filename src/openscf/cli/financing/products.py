"""Which products there are, and what each of them asks for."""

from typing import Annotated, Any

import typer

from openscf.cli.common import Json, language, show

app = typer.Typer()


@app.command(name="products")
def list_products(as_json: Json = False) -> None:
    """List the financing products."""
    from openscf.financing import PRODUCTS  # noqa: PLC0415

    rows = [{"code": one.code, "en": one.en, "zh": one.zh, "shape": one.shape.value} for one in PRODUCTS]
    show(rows, "\n".join(f"{row['code']:<20} {row[language()]}" for row in rows), as_json=as_json)


@app.command(name="product")
def show_product(code: Annotated[str, typer.Argument(help="Code of the product.")], as_json: Json = False) -> None:
    """Show a product: its contract, its roles, its life, and which step each role may take."""
    from openscf.financing import PRODUCTS, describe  # noqa: PLC0415

    product = PRODUCTS.get(code)
    steps = [
        {"name": name, "by": list(step.by), "four_eyes": step.four_eyes, "en": step.en, "zh": step.zh}
        for name, step in product.steps.items()
    ]
    record: dict[str, Any] = {
        "code": product.code, "en": product.en, "zh": product.zh,
        "summary": {"en": product.summary_en, "zh": product.summary_zh},
        "roles": [{"name": role.name, "en": role.en, "zh": role.zh} for role in product.roles],
        "terms": [_field(info) for info in describe(product.terms)],
        "proposal": [_field(info) for info in describe(product.proposal)], "steps": steps,
        "states": list(product.lifecycle.states),
    }  # fmt: skip
    show(record, "\n".join(_lines(record)), as_json=as_json)


def _field(info: Any) -> dict[str, Any]:
    return {
        "name": info.name, "kind": info.kind, "required": info.required, "default": info.default,
        "choices": list(info.choices), "en": info.en, "zh": info.zh,
    }  # fmt: skip


def _lines(record: dict[str, Any]) -> list[str]:
    tongue = language()
    lines = [record[tongue], record["summary"][tongue], ""]
    lines += [f"  {field['name']:<22} {field['kind']:<8} {field[tongue]}" for field in record["terms"]]
    lines += ["", *(f"  {step['name']:<16} {', '.join(step['by']):<28} {step[tongue]}" for step in record["steps"])]
    return lines
