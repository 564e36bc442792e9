"""Every product keeps what every product owes; and each sabotage of a declaration is noticed by the same checks."""

import dataclasses
import functools
import importlib
import random
from collections.abc import Callable, Iterator

import pytest

from openscf.financing import PRODUCTS, Product
from openscf.financing.fields import describe, read, write
from openscf.financing.model import Leg, Shape, Step
from openscf.kernel.errors import Refusal
from openscf.kernel.lifecycle import Transition
from openscf.kernel.money import CNY
from tests.contract.products.stage import Sample, Stage, check_over, pairs, paths

CODES = [one.code for one in PRODUCTS if one.shape is not Shape.CLAIM]  # those are judged by `test_claims`
Path = tuple[Transition, ...]


def samples_of(code: str) -> tuple[Sample, ...]:
    return importlib.import_module(f"tests.contract.products.samples.{code}").SAMPLES


PLAYED = [pytest.param(sample, id=f"{code}-{n}") for code in CODES for n, sample in enumerate(samples_of(code))]


@pytest.mark.parametrize("code", CODES)
def test_there_is_a_sample_of_every_product(code: str) -> None:
    assert samples_of(code)
    assert all(sample.product is PRODUCTS.get(code) for sample in samples_of(code))


@pytest.mark.parametrize("code", CODES)
def test_every_field_of_a_contract_is_explained_in_both_languages(code: str) -> None:
    product = PRODUCTS.get(code)
    kinds = [product.terms, product.proposal, *(step.params for step in product.steps.values() if step.params)]
    for kind in kinds:
        for info in describe(kind):
            assert info.en != info.zh, f"{kind.__name__}.{info.name}"
            assert all((info.en, info.zh)), f"{kind.__name__}.{info.name}"
    texts = [(product.en, product.zh), (product.summary_en, product.summary_zh)]
    texts += [(step.en, step.zh) for step in product.steps.values()]
    texts += [(one.en, one.zh) for one in (*product.roles, *product.accounts)]
    assert all(en and zh for en, zh in texts)
    assert all(any("\u4e00" <= letter <= "\u9fff" for letter in zh) for _, zh in texts)


@pytest.mark.parametrize("sample", PLAYED)
def test_terms_and_book_read_back_what_they_write(sample: Sample) -> None:
    terms = read(sample.product.terms, sample.terms, money=CNY)
    assert read(sample.product.terms, write(terms), money=CNY) == terms
    stage = Stage(sample)
    for path in paths(sample.product):
        stage = Stage(sample)
        stage.walk(path)
        assert read(sample.product.book, write(stage.deal.book), money=CNY) == stage.deal.book


@pytest.mark.parametrize("sample", PLAYED)
def test_every_row_of_the_lifecycle_ends_with_empty_books(sample: Sample) -> None:
    walked: set[Transition] = set()
    ended: set[str] = set()
    for path in paths(sample.product):
        stage = Stage(sample)
        if stage.walk(path):
            check_over(stage)
            walked.update(path)
            ended.add(stage.deal.state)
    assert set(sample.product.lifecycle.transitions) == walked, "rows that no path could play"
    assert ended == sample.product.lifecycle.final


@pytest.mark.parametrize("sample", PLAYED)
def test_random_walks_end_with_empty_books(sample: Sample) -> None:
    code, ends = sample.product.code, 0
    for seed in range(60):
        chance = random.Random(f"{code} {seed}")
        stage = Stage(sample, seed=seed)
        print(f"seed {seed} of {code}")
        for _ in range(25):
            if sample.product.lifecycle.is_final(stage.deal.state):
                break
            rows = [row for row in sample.product.lifecycle.transitions if row.state == stage.deal.state]
            _try(stage, chance.choice(rows))
        if sample.product.lifecycle.is_final(stage.deal.state):
            check_over(stage)
            ends += 1
    assert ends >= 20


def _try(stage: Stage, row: Transition) -> None:
    act = stage.sample.act(stage, stage.deal, row)
    if act is None:
        return
    before, refusal = stage.deal, None
    try:
        stage.play(act)
    except Refusal as refused:
        refusal = refused
    assert refusal is None or stage.deal == before, f"{refusal} changed the deal"
    assert refusal is None or act.pay_in is None, f"a payment was refused: {row}: {refusal}"


def sabotages(product: Product) -> Iterator[tuple[str, str, Product]]:
    """The name of a step, what is done to it, and a declaration that differs from the product by that one thing."""
    for name, step in product.steps.items():
        for place, leg in enumerate(step.postings):
            for how, change in _LEGS.items():
                legs = (*step.postings[:place], *change(leg, product), *step.postings[place + 1 :])
                yield (
                    name,
                    f"{name}: {how} {leg}",
                    _with(product, name, dataclasses.replace(step, postings=tuple(legs))),
                )
        for move in step.limits:
            kept = tuple(one for one in step.limits if one is not move)
            yield name, f"{name}: no {move.value}", _with(product, name, dataclasses.replace(step, limits=kept))
        if step.takes_lien:
            yield name, f"{name}: no lien", _with(product, name, dataclasses.replace(step, takes_lien=False))


_LEGS: dict[str, Callable[[Leg, Product], tuple[Leg, ...]]] = {
    "dropped": lambda leg, product: (),
    "turned round": lambda leg, product: (Leg(leg.credit, leg.debit, leg.amount),),
    "another amount": lambda leg, product: (Leg(leg.debit, leg.credit, f"{leg.amount}_other"),),
}


def _with(product: Product, name: str, step: Step) -> Product:
    """A copy of a product with another step, unchecked as a slip of the pen would be."""
    other = object.__new__(Product)
    for one in dataclasses.fields(Product):
        object.__setattr__(other, one.name, getattr(product, one.name))
    object.__setattr__(other, "steps", {**product.steps, name: step})
    return other


def _noticed(broken: Product, step: str, *, by: list[tuple[Sample, Callable[[Path], object]]]) -> bool:
    """Whether a path of any sample ends otherwise; one that never takes the step can't, so it isn't played."""
    ends = broken.steps[step].becomes or (step,)
    taking = (path for path in _all(broken) if any(row.event in ends for row in path))
    return any(_differs(broken, path, sample, money=money) for path in taking for sample, money in by)


def _differs(broken: Product, path: Path, sample: Sample, *, money: Callable[[Path], object]) -> bool:
    stage = Stage(sample, product=broken)
    try:
        if not stage.walk(path):
            return False
        check_over(stage)
    except (AssertionError, Refusal, ValueError, KeyError):
        return True
    return _cash(stage) != money(path)


def _all(product: Product) -> Iterator[Path]:
    yield from paths(product)
    yield from pairs(product)


def _money_of(sample: Sample) -> Callable[[Path], object]:
    """What everybody has at the end of a path when nothing is broken; a path is played once, when it is asked for."""

    @functools.cache
    def money(path: Path) -> object:
        stage = Stage(sample)
        return _cash(stage) if stage.walk(path) else None

    return money


def _cash(stage: Stage) -> tuple[int, ...]:
    return tuple(stage.cash(role).minor for role in stage.sample.roles)


@pytest.mark.slow
@pytest.mark.parametrize("code", CODES)
def test_every_sabotage_of_a_declaration_is_noticed(code: str) -> None:
    samples = [(sample, _money_of(sample)) for sample in samples_of(code)]
    tried = list(sabotages(PRODUCTS.get(code)))
    assert len(tried) >= 5
    missed = [name for step, name, broken in tried if not _noticed(broken, step, by=samples)]
    assert missed == []
