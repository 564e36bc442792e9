"""Every claim that splits and travels keeps what such claims owe; and each sabotage of a declaration is noticed.

The same strictness as `test_products`, for the other shape: two lifecycles, locks, and holders nobody knew beforehand.
"""

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from openscf.financing import PRODUCTS, Product
from openscf.financing.bases.claim import ClaimProduct, Lock
from openscf.financing.fields import describe, read, write
from openscf.financing.model import Shape, Step
from openscf.kernel.errors import Refusal
from openscf.kernel.money import CNY
from tests.contract.products import claims
from tests.contract.test_products import _LEGS

CODES = [one.code for one in PRODUCTS if one.shape is Shape.CLAIM]
STORIES = [pytest.param(story, id=story.__name__) for story in claims.STORIES]


def declared(code: str) -> ClaimProduct:
    product = PRODUCTS.get(code)
    assert isinstance(product, ClaimProduct)
    return product


@pytest.mark.parametrize("code", CODES)
def test_every_field_of_a_claim_is_explained_in_both_languages(code: str) -> None:
    for product in (declared(code), declared(code).piece):
        kinds = [product.terms, product.proposal, product.book]
        kinds += [step.params for step in product.steps.values() if step.params]
        for kind in kinds:
            assert all(info.en and info.zh and info.en != info.zh for info in describe(kind)), kind.__name__
        texts = [(product.en, product.zh), (product.summary_en, product.summary_zh)]
        texts += [(one.en, one.zh) for one in (*product.steps.values(), *product.roles, *product.accounts)]
        assert all(en and any("\u4e00" <= letter <= "\u9fff" for letter in zh) for en, zh in texts)


@pytest.mark.parametrize("code", CODES)
def test_every_row_of_both_lifecycles_is_played_to_its_end_with_empty_books(code: str) -> None:
    product = declared(code)
    of_claims, of_pieces = set(), set()
    for story in claims.STORIES:
        chain, _ = claims.play(story, product)
        played = claims.walked(chain)
        of_claims |= played[0]
        of_pieces |= played[1]
    assert set(product.lifecycle.transitions) == of_claims, set(product.lifecycle.transitions) - of_claims
    assert set(product.piece.lifecycle.transitions) == of_pieces, set(product.piece.lifecycle.transitions) - of_pieces


@pytest.mark.parametrize("story", STORIES)
def test_terms_and_books_read_back_what_they_write(story: claims.Story) -> None:
    chain, _ = claims.play(story, declared("payables_voucher"))
    for deal in (*chain.book.claims.values(), *(piece.deal for piece in chain.book.pieces.values())):
        kind = chain.book.product if deal.id in chain.book.claims else chain.book.product.piece
        assert read(kind.terms, write(deal.terms), money=CNY) == deal.terms
        assert read(kind.book, write(deal.book), money=CNY) == deal.book


def sabotages(product: ClaimProduct) -> Iterator[tuple[str, ClaimProduct]]:
    """Declarations that differ from the product by one thing each."""
    for name, steps in _of_steps(product):
        yield f"claim {name}", _with(product, steps=steps)
    for name, steps in _of_steps(product.piece):
        yield f"piece {name}", _with(product, piece=_with(product.piece, steps=steps))
    for name, lock in product.locks.items():
        for other in (None, *(one for one in Lock if one is not lock)):
            locks = {**product.locks, name: other}
            kept = {key: value for key, value in locks.items() if value is not None}
            yield f"{name}: {lock.value} became {other and other.value}", _with(product, locks=kept)


def _of_steps(product: Product) -> Iterator[tuple[str, Mapping[str, Step]]]:
    for name, step in product.steps.items():
        for place, leg in enumerate(step.postings):
            for how, change in _LEGS.items():
                legs = (*step.postings[:place], *change(leg, product), *step.postings[place + 1 :])
                other = dataclasses.replace(step, postings=tuple(legs))
                yield f"{name}: {how} {leg}", {**product.steps, name: other}
        for move in step.limits:
            left = tuple(one for one in step.limits if one is not move)
            yield f"{name}: no {move.value}", {**product.steps, name: dataclasses.replace(step, limits=left)}
        if step.takes_lien:
            yield f"{name}: no mark", {**product.steps, name: dataclasses.replace(step, takes_lien=False)}


def _with(product: Any, **other: Any) -> Any:
    """A copy of a product with something else in it, unchecked as a slip of the pen would be."""
    copy = object.__new__(type(product))
    for one in dataclasses.fields(product):
        object.__setattr__(copy, one.name, other.get(one.name, getattr(product, one.name)))
    return copy


@pytest.mark.parametrize("code", CODES)
def test_every_sabotage_of_a_claim_is_noticed(code: str) -> None:
    product = declared(code)
    right = {story: claims.play(story, product)[1] for story in claims.STORIES}
    tried = list(sabotages(product))
    assert len(tried) >= 40
    missed = [name for name, broken in tried if not any(_noticed(story, broken, right[story]) for story in right)]
    assert missed == []


def _noticed(story: claims.Story, broken: ClaimProduct, right: object) -> bool:
    try:
        return claims.play(story, broken)[1] != right
    except (AssertionError, Refusal, ValueError, KeyError, StopIteration):
        return True


def test_a_declaration_whose_locks_speak_of_nothing_is_refused() -> None:
    product = declared("payables_voucher")
    for locks in ({"dance": Lock.TAKE}, {**product.locks, "fund": Lock.TAKE}):
        with pytest.raises(ValueError, match=r"locks speak of|must lock exactly one"):
            dataclasses.replace(product, locks=locks)
