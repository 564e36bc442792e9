"""Which open receivables a payment settles: explained, scored, and never guessed.

The rules are tried in this order over all payments, because a reference is worth more than an amount:

1. *reference*: numbers of receivables stand in what the payer wrote;
2. *amount*: the payer is the debtor, and one of its receivables has exactly this amount;
3. *sum*: exactly one set of two to five of the debtor's receivables adds up to it;
4. *part*: the debtor has one open receivable, and paid less.

Where two explanations fit equally well, or two payments of one day compete for one receivable, nothing is chosen: they
go to a person with their candidates. The result does not depend on the order in which payments or receivables come.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import combinations

from openscf.kernel.money import written
from openscf.trades.rules.bank_lines import Payment
from openscf.trades.rules.explanations import Leftover, Match, Reason, Receivable, Reconciliation, Share
from openscf.trades.rules.quoting import STRONG, party_keys, plain_number, quoted, same_party

MOST_IN_A_SUM = 5
MOST_TO_COMBINE = 20  # 21,679 sets of two to five; more open receivables are not combined
_Outcome = Match | Leftover | None


def reconcile(payments: Iterable[Payment], receivables: Iterable[Receivable]) -> Reconciliation:
    """Match payments to receivables.

    Args:
        payments: Incoming, each with a key of its own.
        receivables: Open ones, each with a key of its own.
    """
    book = _Book(receivables)
    waiting = sorted(payments, key=lambda payment: (payment.day, payment.key))
    results: dict[str, list[Match | Leftover]] = {payment.key: [] for payment in waiting}
    for rule in (_by_reference, _by_amount, _by_sum, _by_part):
        waiting = _apply(rule, book, waiting, results=results)
    outcomes = [outcome for found in results.values() for outcome in found]
    return Reconciliation(
        matches=tuple(each for each in outcomes if isinstance(each, Match)),
        leftovers=tuple(each for each in outcomes if isinstance(each, Leftover)),
        open_minor={key: minor for key, minor in sorted(book.open_minor.items()) if minor},
    )


class _Book:
    """What is open, and how it is found."""

    def __init__(self, receivables: Iterable[Receivable]) -> None:
        self.all = {each.key: each for each in sorted(receivables, key=lambda each: (each.due, each.key))}
        self.open_minor = {key: each.open_minor for key, each in self.all.items()}
        self.by_number: dict[str, list[Receivable]] = defaultdict(list)
        self.by_party: dict[str, list[Receivable]] = defaultdict(list)
        for each in self.all.values():
            for number in {plain_number(number) for number in each.numbers} - {""}:
                self.by_number[number].append(each)
            for key in set(party_keys(each.debtor)):
                self.by_party[key].append(each)

    def still_open(self, receivables: Iterable[Receivable], payment: Payment) -> list[Receivable]:
        """Those that money on this account can settle: open, in its currency, and not known to be somebody else's."""
        return [each for each in receivables if each.currency == payment.currency and self.open_minor[each.key]
                and (each.creditor is None or same_party(payment.payee, each.creditor)[0] is not False)]  # fmt: skip

    def owed_by(self, payment: Payment) -> tuple[list[Receivable], str]:
        """Open receivables whose debtor is the payer, and by what that is known."""
        if payment.payer is None:
            return [], ""
        found: dict[str, tuple[Receivable, str]] = {}
        for key in party_keys(payment.payer):
            for each in self.still_open(self.by_party.get(key, ()), payment):
                same, how = same_party(payment.payer, each.debtor)
                if same:
                    found[each.key] = each, how
        ordered = [found[key] for key in sorted(found, key=lambda key: (self.all[key].due, key))]
        return [each for each, _ in ordered], ", ".join(sorted({how for _, how in ordered}))

    def settle(self, match: Match) -> None:
        for share in match.shares:
            self.open_minor[share.receivable] -= share.amount_minor


_Rule = Callable[[_Book, Payment], _Outcome]


def _apply(
    rule: _Rule, book: _Book, waiting: Sequence[Payment], *, results: dict[str, list[Match | Leftover]]
) -> list[Payment]:
    """Run one rule day by day; payments of one day that want the same receivable are contested."""
    left: list[Payment] = []
    for day in sorted({payment.day for payment in waiting}):
        today = [payment for payment in waiting if payment.day == day]
        proposed = {payment.key: rule(book, payment) for payment in today}
        contested = _contested(proposed.values(), book)
        for payment in today:
            outcome = proposed[payment.key]
            if isinstance(outcome, Match) and (wanted := contested & {share.receivable for share in outcome.shares}):
                outcome = _leftover(payment, "contested", sorted(wanted))
            if outcome is None:
                left.append(payment)
                continue
            results[payment.key].append(outcome)
            if isinstance(outcome, Match):
                book.settle(outcome)
                results[payment.key] += _excess(payment, outcome)
    return left


def _contested(proposed: Iterable[_Outcome], book: _Book) -> set[str]:
    """Receivables of which the proposals of one day together would settle more than is open."""
    wanted: dict[str, int] = defaultdict(int)
    for outcome in proposed:
        for share in outcome.shares if isinstance(outcome, Match) else ():
            wanted[share.receivable] += share.amount_minor
    return {key for key, minor in wanted.items() if minor > book.open_minor[key]}


def _excess(payment: Payment, match: Match) -> list[Match | Leftover]:
    if not match.left_minor:
        return []
    reason = Reason("overpaid", {"excess": written(match.left_minor, payment.currency)})
    return [Leftover(payment.key, match.left_minor, reason, tuple(share.receivable for share in match.shares))]


def _by_reference(book: _Book, payment: Payment) -> _Outcome:
    numbers = quoted(payment.text, book.by_number)
    named: list[tuple[str, Receivable]] = []
    for number in numbers:
        meant = _meant(book, payment, number)
        if len(meant) > 1:
            return _leftover(payment, "ambiguous_reference", [each.key for each in meant], numbers=number)
        named += [(number, each) for each in meant]
    found = list({each.key: each for _, each in named}.values())
    if not found:
        return None
    said = Reason("quotes", {"numbers": ", ".join(dict.fromkeys(number for number, _ in named))})
    return _settled_by_reference(book, payment, found, said=said)


def _meant(book: _Book, payment: Payment, number: str) -> list[Receivable]:
    """The open receivables of this number; the payer decides between several, a short number needs more than itself."""
    found = book.still_open(book.by_number[number], payment)
    owed = [each for each in found if same_party(payment.payer, each.debtor)[0]]
    if len(number) < STRONG:
        return owed or [each for each in found if book.open_minor[each.key] == payment.amount_minor]
    return owed if len(found) > 1 and owed else found


def _settled_by_reference(book: _Book, payment: Payment, found: list[Receivable], *, said: Reason) -> _Outcome:
    owed = sum(book.open_minor[each.key] for each in found)
    same = [same_party(payment.payer, each.debtor) for each in found]
    stranger = any(is_debtor is False for is_debtor, _ in same)
    reasons = [said, *_about_payer(same)]
    keys = [each.key for each in found]
    if payment.amount_minor == owed:
        how = Reason("sum_of_quoted", {"count": str(len(found))}) if len(found) > 1 else Reason("exact_amount")
        return _match(book, payment, found, rule="reference", score=85 if stranger else 100, reasons=[*reasons, how])
    if stranger:
        return _leftover(payment, "reference_contradicted", keys, **said.params)
    if payment.amount_minor > owed:
        return _match(book, payment, found, rule="reference", score=90, reasons=reasons)
    if len(found) > 1:
        return _leftover(payment, "short_of_references", keys, **said.params)
    rest = Reason("part", {"open": written(owed - payment.amount_minor, payment.currency)})
    return _match(book, payment, found, rule="reference", score=90, reasons=[*reasons, rest])


def _about_payer(same: Sequence[tuple[bool | None, str]]) -> list[Reason]:
    if any(is_debtor is False for is_debtor, _ in same):
        return [Reason("other_payer")]
    return [Reason("same_payer", {"how": how}) for how in sorted({how for is_debtor, how in same if is_debtor})]


def _by_amount(book: _Book, payment: Payment) -> _Outcome:
    owed, how = book.owed_by(payment)
    exact = [each for each in owed if book.open_minor[each.key] == payment.amount_minor]
    if not exact:
        return None
    if len(exact) > 1:
        return _leftover(payment, "ambiguous_amount", [each.key for each in exact])
    others = [each for each in owed if each.key != exact[0].key]
    sums = _sums(book, others, payment.amount_minor) if len(others) <= MOST_TO_COMBINE else []
    reasons = [Reason("same_payer", {"how": how}), Reason("exact_amount"), Reason("only_one")]
    if sums:
        reasons.append(Reason("sums_too"))
    return _match(book, payment, exact, rule="amount", score=65 if sums else 85, reasons=reasons)


def _by_sum(book: _Book, payment: Payment) -> _Outcome:
    owed, how = book.owed_by(payment)
    if len(owed) > MOST_TO_COMBINE:
        return _leftover(payment, "too_many", [each.key for each in owed[:MOST_TO_COMBINE]], count=str(len(owed)))
    sums = _sums(book, owed, payment.amount_minor)
    if len(sums) > 1:
        return _leftover(payment, "ambiguous_amount", [" + ".join(each.key for each in found) for found in sums])
    if not sums:
        return None
    reasons = [Reason("same_payer", {"how": how}), Reason("only_sum", {"count": str(len(sums[0]))})]
    return _match(book, payment, list(sums[0]), rule="sum", score=75, reasons=reasons)


def _sums(book: _Book, owed: Sequence[Receivable], amount: int) -> list[tuple[Receivable, ...]]:
    """Sets of two to five that add up to the amount; two are enough to know that there are several."""
    small = [each for each in owed if book.open_minor[each.key] < amount]
    found: list[tuple[Receivable, ...]] = []
    for size in range(2, min(MOST_IN_A_SUM, len(small)) + 1):
        for chosen in combinations(small, size):
            if sum(book.open_minor[each.key] for each in chosen) == amount:
                found.append(chosen)
                if len(found) > 1:
                    return found
    return found


def _by_part(book: _Book, payment: Payment) -> _Outcome:
    owed, how = book.owed_by(payment)
    if not owed:
        return _leftover(payment, "unknown_payer", [])
    if len(owed) > 1 or payment.amount_minor > book.open_minor[owed[0].key]:
        return _leftover(payment, "no_explanation", [each.key for each in owed], most=str(MOST_IN_A_SUM))
    rest = Reason("part", {"open": written(book.open_minor[owed[0].key] - payment.amount_minor, payment.currency)})
    reasons = [Reason("same_payer", {"how": how}), Reason("only_open"), rest]
    return _match(book, payment, owed, rule="part", score=60, reasons=reasons)


def _match(
    book: _Book, payment: Payment, found: Sequence[Receivable], *, rule: str, score: int, reasons: Sequence[Reason]
) -> Match:
    shares: list[Share] = []
    left = payment.amount_minor
    for each in found:
        amount = min(left, book.open_minor[each.key])
        shares.append(Share(each.key, amount))
        left -= amount
    return Match(payment.key, tuple(shares), left, rule, score, tuple(reasons))


def _leftover(payment: Payment, code: str, candidates: Sequence[str], **params: str) -> Leftover:
    reason = Reason(code, {"candidates": "; ".join(candidates), **params})
    return Leftover(payment.key, payment.amount_minor, reason, tuple(candidates))
