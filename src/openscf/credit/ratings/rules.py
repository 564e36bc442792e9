"""Weighing ratings of independent raters against each other.

Each opinion is taken to the master scale's PD. Of one rater the newest counts, expired ones drop out, and whoever
belongs to the firm's own group is not independent and does not count. The others are averaged in log-odds, so that a
doubling of risk weighs the same at every level, with weights by kind of rater that fade with age. An opinion far
*better* than the weighted middle is shown and not counted; one far *worse* is shown and counted, because who knows of
trouble often knows it alone.
"""

import dataclasses
import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

from openscf.credit.exact import BILLION
from openscf.credit.ratings.model import CombinedRating, NewRating, Opinion, RaterKind, Rating, RatingId, RatingPolicy
from openscf.credit.scale import SCALES, UNKNOWN_RATING_SYMBOL
from openscf.credit.wording import Said
from openscf.kernel.errors import Refusal, Where, refusal
from openscf.kernel.ids import PartyId

LONGEST: Final = dt.timedelta(days=2 * 366)
PLAIN_PD: Final = "pd"
_SURE: Final = 1e-6  # no opinion is surer than one in a million in the average, default included

RATING_NEEDS_SOURCE = refusal(
    "rating_needs_source",
    en="A rating names its rater and the document or model that it stands in.",
    zh="评级须写明评级方及其来源文件或模型。",
    fix_en="Give the rater's name, and the report's number or hash, or the model's version.",
    fix_zh="请填写评级方名称以及报告编号、文件哈希或模型版本。",
    status=400,
)
RATING_OF_ONESELF = refusal(
    "rating_of_oneself",
    en="{subject} can't rate itself.",
    zh="{subject} 不能为自己评级。",
    fix_en="Let an independent rater judge.",
    fix_zh="请由独立评级方评级。",
)
BAD_RATING_PERIOD = refusal(
    "bad_rating_period",
    en="A rating of {rated_on} that holds until {valid_until} can't be recorded on {today}.",
    zh="评级日 {rated_on}、有效期至 {valid_until} 的评级不能于 {today} 登记。",
    fix_en="It was given today or before, ends later than it begins, and lasts at most two years.",
    fix_zh="评级日不得晚于今天，有效期须晚于评级日且不超过两年。",
)

PLATFORM_RATING_BY_HAND = refusal(
    "platform_rating_by_hand",
    en="The platform's own rating comes from its model and is not entered by hand.",
    zh="平台自有评级由模型产生，不得人工录入。",
    fix_en="Enter the opinion of another rater, or let the model rate anew.",
    fix_zh="请录入其他评级方的评级，或由模型重新评级。",
)
BAD_RATING_ENTRY = refusal(
    "bad_rating_entry",
    en="The request does not hold a rating: {detail}.",
    zh="申请内容不是有效的评级：{detail}。",
    fix_en="Withdraw it, and propose the rating again.",
    fix_zh="请撤回后重新提交评级。",
    status=400,
)


def pd_of(new: NewRating) -> int:
    """What a rating's symbol stands for, parts per billion.

    Raises:
        Refusal: `unknown_rating_scale`, `unknown_rating_symbol`.
    """
    if new.scale != PLAIN_PD:
        return SCALES.get(new.scale).pd_of(new.symbol)
    digits = new.symbol.isascii() and new.symbol.isdigit() and len(new.symbol) <= 10
    if not digits or int(new.symbol) > BILLION:
        raise UNKNOWN_RATING_SYMBOL(
            scale=PLAIN_PD, symbol=ascii(new.symbol)[:20], known=f"0 … {BILLION}", where=Where(field="symbol")
        )
    return int(new.symbol)


def check_rating(new: NewRating, today: dt.date) -> int:
    """The PD of a rating that may be recorded.

    Raises:
        Refusal: `rating_needs_source`, `rating_of_oneself`, `bad_rating_period`, or as `pd_of`.
    """
    if not new.rater_name.strip() or not new.source.strip():
        raise RATING_NEEDS_SOURCE(where=Where(field="source" if new.rater_name.strip() else "rater_name"))
    if new.rater == new.subject:
        raise RATING_OF_ONESELF(subject=str(new.subject))
    lasts = new.valid_until - new.rated_on
    if new.rated_on > today or not dt.timedelta(0) < lasts <= LONGEST:
        raise BAD_RATING_PERIOD(
            rated_on=new.rated_on, valid_until=new.valid_until, today=today, where=Where(field="valid_until")
        )
    return pd_of(new)


def combine_ratings(
    ratings: Iterable[Rating],
    policy: RatingPolicy,
    *,
    on: dt.date,
    group: frozenset[PartyId] = frozenset(),
) -> CombinedRating:
    """All opinions on one firm, weighed.

    Args:
        ratings: What is on record about it, in any order.
        policy: Weights and bounds.
        on: The day of judgement.
        group: The firm's own group on that day; raters in it are not independent.
    """
    known = sorted(ratings, key=lambda one: (one.rated_on, one.recorded_at, one.id), reverse=True)
    objections = _objections(known, on, group)
    current = [one for one in known if objections[one.id] is None]
    raw = {one.id: _weight(one, policy, on) for one in current}
    middle = _middle(current, raw)
    dropped = {one.id for one in current if middle is not None and middle - one.grade >= policy.outlier_notches}
    counted = [one for one in current if one.id not in dropped]
    whole = sum((raw[one.id] for one in counted), Fraction(0))
    opinions = tuple(
        _opinion(one, objections[one.id], policy, middle=middle, weight=raw[one.id] / whole if one in counted else None)
        for one in known
    )
    grades = [one.grade for one in current]
    spread = max(grades) - min(grades) if grades else 0
    pd = _average([(one.pd_ppb, raw[one.id]) for one in counted]) if counted else None
    return CombinedRating(on=on, pd_ppb=pd, middle=middle, spread=spread, opinions=opinions)


def _objections(known: Sequence[Rating], on: dt.date, group: frozenset[PartyId]) -> dict[RatingId, Said | None]:
    """Why each rating plays no part, newest first; None where it does."""
    heard: set[tuple[str, str]] = set()
    found: dict[RatingId, Said | None] = {}
    for one in known:
        found[one.id] = _objection(one, on, group, heard=heard)
        if found[one.id] is None:
            heard.add(one.voice)
    return found


def _objection(one: Rating, on: dt.date, group: frozenset[PartyId], *, heard: set[tuple[str, str]]) -> Said | None:
    if one.rated_on > on:
        return Said(f"Given on {one.rated_on}, after the day of judgement.", f"评级日 {one.rated_on} 晚于评估日。")
    if one.valid_until <= on:
        return Said(f"Expired on {one.valid_until}.", f"已于 {one.valid_until} 到期。")
    if one.rater is not None and one.rater in group:
        return Said("Not independent: the rater belongs to the firm's own group.", "不独立：评级方与企业同属一个集团。")
    if one.voice in heard:
        return Said("The same rater has judged anew.", "同一评级方已有更新的评级。")
    return None


def _weight(one: Rating, policy: RatingPolicy, on: dt.date) -> Fraction:
    used = Fraction((on - one.rated_on).days, (one.valid_until - one.rated_on).days)
    return policy.weights[one.kind] * (1 - used * (1 - policy.fades_to))


def _middle(current: Sequence[Rating], raw: Mapping[RatingId, Fraction]) -> int | None:
    """The weighted middle grade; of two middles the worse."""
    reached, half = Fraction(0), sum((raw[one.id] for one in current), Fraction(0)) / 2
    for one in sorted(current, key=lambda one: -one.grade):
        reached += raw[one.id]
        if reached >= half:
            return one.grade
    return None


def _average(weighted: Sequence[tuple[int, Fraction]]) -> int:
    odds = [(min(max(pd / BILLION, _SURE), 1 - _SURE), float(weight)) for pd, weight in weighted]
    mean = math.fsum(weight * math.log(pd / (1 - pd)) for pd, weight in odds) / math.fsum(w for _, w in odds)
    pds = [pd for pd, _ in weighted]
    return min(max(round(BILLION / (1 + math.exp(-mean))), min(pds)), max(pds))


def _opinion(
    one: Rating, objection: Said | None, policy: RatingPolicy, *, middle: int | None, weight: Fraction | None
) -> Opinion:
    if objection is not None or middle is None:
        reason = objection or Said("-", "-")
        return Opinion(rating=one, weight=Fraction(0), notches=None, outlier=False, reason=reason)
    notches = one.grade - middle
    outlier = abs(notches) >= policy.outlier_notches
    if weight is None:
        reason = Said(
            f"{-notches} grades better than the middle: shown, not counted.",
            f"优于中位 {-notches} 级：仅展示，不计入。",
        )
    elif outlier:
        reason = Said(f"{notches} grades worse than the middle: counted.", f"劣于中位 {notches} 级：计入。")
    else:
        share = f"{float(weight):.0%}"
        reason = Said(f"Counts for {share}.", f"权重 {share}。")
    return Opinion(rating=one, weight=weight or Fraction(0), notches=notches, outlier=outlier, reason=reason)


def tidied(new: NewRating) -> NewRating:
    """The rating as it is stored: without outer spaces, the symbol in capitals."""
    return dataclasses.replace(
        new, rater_name=new.rater_name.strip(), symbol=new.symbol.strip().upper(), source=new.source.strip()
    )


def check_by_hand(new: NewRating, today: dt.date) -> int:
    """The PD of a rating that may be entered by hand: as `check_rating`, and never the platform's own.

    Raises:
        Refusal: `platform_rating_by_hand`, or as `check_rating`.
    """
    if new.kind is RaterKind.PLATFORM:
        raise PLATFORM_RATING_BY_HAND(where=Where(field="kind"))
    return check_rating(new, today)


def rating_payload(new: NewRating, pd_ppb: int) -> dict[str, str | int | None]:
    """All that an entry by hand depends on, JSON-ready: what the checker reads and approves, the PD included."""
    return {
        "pd_ppb": pd_ppb,
        "subject": str(new.subject),
        "kind": new.kind.value,
        "rater_name": new.rater_name,
        "rater": None if new.rater is None else str(new.rater),
        "scale": new.scale,
        "symbol": new.symbol,
        "rated_on": new.rated_on.isoformat(),
        "valid_until": new.valid_until.isoformat(),
        "source": new.source,
    }


def rating_from(payload: Mapping[str, Any]) -> tuple[NewRating, int]:
    """What `rating_payload` wrote down: the rating and its PD.

    Raises:
        Refusal: `bad_rating_entry`: it is something else.
    """
    try:
        return _rating_from(payload), int(payload["pd_ppb"])
    except (KeyError, TypeError, ValueError, Refusal) as error:
        raise BAD_RATING_ENTRY(detail=ascii(str(error))[:60]) from None


def _rating_from(payload: Mapping[str, Any]) -> NewRating:
    rater = payload["rater"]
    return NewRating(
        subject=PartyId.parse(str(payload["subject"])),
        kind=RaterKind(payload["kind"]),
        rater_name=str(payload["rater_name"]),
        rater=None if rater is None else PartyId.parse(str(rater)),
        scale=str(payload["scale"]),
        symbol=str(payload["symbol"]),
        rated_on=dt.date.fromisoformat(str(payload["rated_on"])),
        valid_until=dt.date.fromisoformat(str(payload["valid_until"])),
        source=str(payload["source"]),
    )
