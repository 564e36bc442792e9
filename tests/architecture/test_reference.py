"""The reference says what the program does: refusals, commands and settings, compared with the code itself."""

import dataclasses
import re
from pathlib import Path
from typing import Final

import pytest
from scripts import generate_reference

from openscf.financing import PRODUCTS
from openscf.kernel import errors
from openscf.settlement.rules import sorting
from openscf.trades.rules import closure, explanations

ROOT = Path(__file__).parents[2]
SETTING = re.compile(r"\bOPENSCF_[A-Z]+(?:_[A-Z]+)*\b")
# Settings that only the set-up and the tests read.
HOUSE = ("scripts/setup.sh", "tests/conftest.py")


PRODUCT_PAGES = ["products/README.md", *(f"products/{code}.md" for code in PRODUCTS.names())]


@pytest.mark.parametrize("name", ["refusals.md", "cli.md", *PRODUCT_PAGES])
def test_the_generated_page_is_current(name: str) -> None:
    written = (ROOT / "docs" / "reference" / name).read_text(encoding="utf-8")
    assert written == generate_reference.pages()[name], f"docs/reference/{name} is not current: run `make reference`"


def test_every_product_has_its_page_and_every_page_its_product() -> None:
    folder = ROOT / "docs" / "reference"
    assert sorted(page.relative_to(folder).as_posix() for page in (folder / "products").iterdir()) == sorted(
        PRODUCT_PAGES
    )


def test_a_posting_that_nobody_documented_is_noticed() -> None:
    product = PRODUCTS.get("factoring")
    step = product.steps["fund"]
    other = dataclasses.replace(step, postings=step.postings[1:])
    planted = dataclasses.replace(product, steps={**product.steps, "fund": other})
    assert generate_reference.product_page(planted) != generate_reference.product_page(product)


def test_a_product_page_says_contract_life_postings_and_accounts_in_both_languages() -> None:
    for product in PRODUCTS:
        page = generate_reference.product_page(product)
        said = [product.en, product.zh, product.summary_zh, "stateDiagram-v2", *product.sources]
        said += [text for step in product.steps.values() for text in (step.en, step.zh)]
        said += [f"`{leg.amount}`" for step in product.steps.values() for leg in step.postings]
        said += [f"`{one.name}`" for one in (*product.accounts, *product.roles)]
        assert [text for text in said if text not in page] == [], product.code


def test_a_refusal_that_nobody_documented_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(errors, "_CATALOGUE", dict(errors._CATALOGUE))
    before = generate_reference.refusals_page()
    new = errors.refusal("planted_refusal", en="No.", zh="不行。")
    monkeypatch.setattr(errors, "PLANTED", new, raising=False)
    assert "`planted_refusal`" not in before
    assert "`planted_refusal`" in generate_reference.refusals_page()


def test_every_refusal_is_a_sentence_in_both_languages() -> None:
    generate_reference.pages()  # imports every module, so that the catalogue is complete
    spoken = errors.catalogue()
    assert len(spoken) > 50
    assert [kind.code for kind in spoken if not well_said(kind)] == []


@pytest.mark.parametrize(
    ("en", "zh"),
    [("no", "不行。"), ("No.", "No."), ("No", "不行。"), ("No.", "不行")],
    ids=["small letter", "English twice", "no full stop", "no Chinese full stop"],
)
def test_a_refusal_that_is_no_sentence_is_noticed(en: str, zh: str) -> None:
    assert not well_said(errors.RefusalKind("planted", en, zh))


COUNTED: Final = re.compile(r"minor.unit|最小(货币)?单位", re.IGNORECASE)


def test_no_refusal_counts_money_in_minor_units() -> None:
    """`10,000 minor units` is 100 yuan, and nobody reads it so; `kernel.money.written` says `100.00 CNY`."""
    generate_reference.pages()
    assert [kind.code for kind in errors.catalogue() if COUNTED.search(f"{kind.en} {kind.zh}")] == []
    assert COUNTED.search("{open} of {payable} minor units are not paid."), "as a trade's closure once said"
    tables = (closure._SENTENCES, explanations._SENTENCES, sorting._OWN)
    said = [text for table in tables for pair in table.values() for text in pair]
    assert len(said) > 40
    assert [text for text in said if COUNTED.search(text)] == []


def well_said(kind: errors.RefusalKind) -> bool:
    """English that starts with a capital (or a parameter) and ends as a sentence; Chinese that is Chinese."""
    english = re.match(r"^[A-Z{`'\"“0-9]", kind.en) and kind.en.endswith((".", "?", "!", "}", ")"))
    chinese = re.search(r"[\u4e00-\u9fff]", kind.zh) and kind.zh.endswith(("。", "？", "！", "}", "）"))
    return bool(english and chinese)


def test_every_setting_is_documented_and_every_documented_setting_exists() -> None:
    documented = set(SETTING.findall((ROOT / "docs" / "reference" / "settings.md").read_text(encoding="utf-8")))
    files = [*(ROOT / "src").rglob("*.py"), *(ROOT / name for name in HOUSE)]
    used = settings_in(files)
    assert unmatched(used, documented) == [], "used and not documented"
    assert unmatched(documented, used) == [], "documented and not used"


def test_an_undocumented_setting_is_noticed(tmp_path: Path) -> None:
    planted = tmp_path / "planted.py"
    planted.write_text('import os\nx = os.environ["OPENSCF_PLANTED"]\n', encoding="utf-8")
    assert unmatched(settings_in([planted]), {"OPENSCF_HOME"}) == ["OPENSCF_PLANTED"]


def settings_in(files: list[Path]) -> set[str]:
    """The names of settings in some files; `OPENSCF_X_{role}` counts as the beginning of names, `OPENSCF_X_`."""
    texts = [path.read_text(encoding="utf-8") for path in files]
    beginnings = {name for text in texts for name in re.findall(r"\b(OPENSCF_[A-Z_]*_)\{", text)}
    return {name for text in texts for name in SETTING.findall(text)} | beginnings


def unmatched(names: set[str], known: set[str]) -> list[str]:
    """The names without a partner; a name that ends in _ is the beginning of others."""

    def partners(one: str, other: str) -> bool:
        return one == other or any(a.endswith("_") and b.startswith(a) for a, b in ((one, other), (other, one)))

    return sorted(name for name in names if not any(partners(name, other) for other in known))


def test_every_command_and_parameter_has_help() -> None:
    tree = list(generate_reference.commands())
    assert len(tree) > 5
    assert silent(tree) == []


def test_a_command_without_help_is_noticed() -> None:
    import typer

    app = typer.Typer()

    @app.callback()
    def group() -> None:
        """Spoken."""

    @app.command()
    def mute(number: int) -> None: ...

    found = silent(list(generate_reference._walk("planted", typer.main.get_command(app))))
    assert found == ["planted mute", "planted mute number"]


def silent(tree: list[tuple[str, object]]) -> list[str]:
    """Commands and parameters that don't say what they are."""
    found = []
    for path, command in tree:
        found += [] if getattr(command, "help", None) else [path]
        for parameter in getattr(command, "params", []):
            found += [] if getattr(parameter, "help", None) else [f"{path} {parameter.name}"]
    return found
