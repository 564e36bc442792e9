"""Defects planted in the ledger: in the text of its server-side functions, and in that of the twin.

Each is a passage and what stands there instead. A passage that is no longer found, or found more than once where it
should not be, stops the suite: the table can't rot. Each names the check that must go red, out of `checks`.
"""

import types
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import resources

import psycopg

from openscf.ledger import MemoryLedger, memory

POST, POST_SINGLE = "functions/10_post.sql", "functions/20_post_single.sql"


@dataclass(frozen=True)
class Defect:
    """A planted defect.

    Attributes:
        name: What is wrong.
        check: The check that must find it.
        changes: Passages and what replaces them; each passage must be there, as often as `times` says.
        times: How often each passage stands in the text.
        files: Where.
    """

    name: str
    check: str
    changes: tuple[tuple[str, str], ...]
    times: int = 1
    files: tuple[str, ...] = (POST,)

    def planted(self, text: str) -> str:
        """The text with the defect in it."""
        for passage, instead in self.changes:
            found = text.count(passage)
            assert found == self.times, f"{self.name}: the passage stands there {found} times: {passage!r}"
            text = text.replace(passage, instead)
        return text


def text_of(name: str) -> str:
    """A file of the ledger."""
    return (resources.files("openscf.ledger") / name).read_text(encoding="utf-8")


@contextmanager
def in_postgres(defect: Defect, owner: str) -> Iterator[None]:
    """The database with the defect in its functions, for the length of a block."""
    with psycopg.connect(owner, autocommit=True) as connection:
        sound = {name: text_of(name) for name in defect.files}
        for text in sound.values():
            connection.execute(defect.planted(text).encode())
        try:
            yield
        finally:
            for text in sound.values():
                connection.execute(text.encode())


def in_memory(defect: Defect) -> type[MemoryLedger]:
    """The twin with the defect in it."""
    module = types.ModuleType("defective_memory")
    exec(compile(defect.planted(text_of("memory.py")), memory.__file__, "exec"), module.__dict__)
    return module.MemoryLedger  # type: ignore[no-any-return]


_DEBIT = "state = 1 AND posted_minor - held_out_minor {0} first_delta >= greatest(floor_minor, -4000000000000000000)"
_CREDIT = "posted_minor + held_in_minor {0} first_delta <= least(ceiling_minor, 4000000000000000000)"
_UNBOUNDED = "{0} first_delta >= -4000000000000000000"


def _debit(instead: str) -> tuple[tuple[str, str], ...]:
    """Replace the condition on the account that gives, on both of its places in the quick path."""
    return tuple((_DEBIT.format(sign), instead.format(sign)) for sign in "+-")


# One plain transfer that nothing speaks against: post_one.
QUICK = [
    Defect("the floor is not checked", "bank", _debit("state = 1")),
    Defect(
        "what is held is forgotten",
        "gathered: plain worlds",
        _debit("state = 1 AND posted_minor {0} first_delta >= greatest(floor_minor, -4000000000000000000)"),
    ),
    Defect(
        "a frozen account gives",
        "gathered: plain worlds",
        _debit(
            "state < 3 AND posted_minor - held_out_minor {0} first_delta >= greatest(floor_minor, -4000000000000000000)"
        ),
    ),
    Defect("the ceiling is not checked", "gathered: plain worlds", tuple((_CREDIT.format(s), "true") for s in "+-")),
    Defect("units are not compared", "gathered: plain worlds", ((" AND unit = first_unit", ""),)),
    Defect(
        "locks are taken in the order of the request",
        "rush",
        (
            ("first_id CONSTANT uuid := least(p_debit, p_credit);", "first_id CONSTANT uuid := p_debit;"),
            ("second_id CONSTANT uuid := greatest(p_debit, p_credit);", "second_id CONSTANT uuid := p_credit;"),
            ("CASE WHEN p_debit < p_credit THEN -p_amount ELSE p_amount END", "-p_amount"),
        ),
    ),
    Defect(
        "the second account's version stands still",
        "bank",
        (
            (
                "version = version + 1, touched_at = greatest(touched_at, first_at)",
                "version = version, touched_at = greatest(touched_at, first_at)",
            ),
        ),
    ),
    Defect(
        "each side carries the other's balance",
        "bank",
        (
            (
                "                CASE WHEN first_delta < 0 THEN first_after ELSE second_after END,\n"
                "                CASE WHEN first_delta < 0 THEN second_after ELSE first_after END,\n",
                "                CASE WHEN first_delta < 0 THEN second_after ELSE first_after END,\n"
                "                CASE WHEN first_delta < 0 THEN first_after ELSE second_after END,\n",
            ),
        ),
    ),
    Defect(
        "a closed day is not noticed",
        "gathered: plain worlds",
        ((" AND (p_closed IS NULL OR p_value_on > p_closed)", ""),),
    ),
    Defect(
        "a failed id may succeed",
        "poster: plain worlds",
        (("WHERE NOT EXISTS (SELECT FROM ledger.failed_transfer WHERE tenant_id = t AND id = p_id)", "WHERE true"),),
    ),
    Defect(
        "a failed id is looked for before the locks",
        "case: a refused transfer is sent again while its cover comes",
        (
            ("WHERE NOT EXISTS (SELECT FROM ledger.failed_transfer WHERE tenant_id = t AND id = p_id)", "WHERE true"),
            (
                "(p_closed IS NULL OR p_value_on > p_closed)) IS NOT TRUE THEN",
                "(p_closed IS NULL OR p_value_on > p_closed)) IS NOT TRUE\n"
                "    OR EXISTS (SELECT FROM ledger.failed_transfer WHERE tenant_id = t AND id = p_id) THEN",
            ),
        ),
    ),
    Defect(
        "a known id is taken for a new one",
        "bank",
        (("IF second_version IS NULL OR NOT FOUND THEN", "IF second_version IS NULL THEN"),),
    ),
    Defect(
        "what the first account gave is not given back",
        "gathered: plain worlds",
        (
            (
                "SET posted_minor = posted_minor - first_delta, version = version - 1\n"
                "         WHERE tenant_id = t AND id = first_id;",
                "SET posted_minor = posted_minor WHERE false;",
            ),
        ),
    ),
    Defect(
        "ledger time is the caller's",
        "late clock: alone",
        (
            ("touched_at = greatest(touched_at, p_at)", "touched_at = p_at"),
            ("touched_at = greatest(touched_at, first_at)", "touched_at = first_at"),
        ),
    ),
    Defect("the audit entry is forgotten", "bank", (("cv) b;\n", "cv) b WHERE false;\n"),)),
    Defect(
        "the audit entry vouches for another amount",
        "bank",
        (
            (
                "p_id, p_debit, p_credit, NULL, p_subject, p_amount, b.da",
                "p_id, p_debit, p_credit, NULL, p_subject, 1, b.da",
            ),
        ),
    ),
    Defect(
        "the gathered lock against the order of the ids",
        "rush",
        (("ORDER BY id FOR NO KEY UPDATE;", "ORDER BY id DESC FOR NO KEY UPDATE;"),),
    ),
]

# Plain transfers in one call: the shortcut of the judge.
SHORTCUT = [
    Defect("what is held is forgotten", "chains", (("d_new - a_out[d] >= a_least[d]", "d_new >= a_least[d]"),)),
    Defect("the floor is not checked", "chains", (("AND d_new - a_out[d] >= a_least[d] ", ""),)),
    Defect("the ceiling is not checked", "chains", ((" AND c_new + a_in[c] <= a_most[c]", ""),)),
    Defect("a frozen account gives", "chains", (("AND a_state[d] = 1 AND a_state[c] < 3", ""),)),
    Defect(
        "a closed day is not noticed", "chains", ((" AND (closed IS NULL OR value_ons[i] > closed) THEN", " THEN"),)
    ),
    Defect("known ids are not looked at", "chains", (("plain := (known IS NULL OR 0 = ALL (known)) AND", "plain :="),)),
    Defect("the same id twice is not looked at", "chains", ((" AND NOT true = ANY (repeated);", ";"),)),
    Defect(
        "a refused chain keeps what it moved",
        "chains",
        (("c_after[i] := c_new; moved[i] := amount;", "c_after[i] := c_new;"),),
    ),
    Defect(
        "versions stand still",
        "chains",
        (("v := a_version[c] + 1; a_version[c] := v; c_version[i] := v;", "c_version[i] := 1;"),),
    ),
]

# Everything else: the judge.
JUDGE = [
    Defect(
        "the floor is not checked",
        "worlds",
        (("IF a_posted[d] - a_out[d] - amount < a_floor[d] THEN code := 27;", "IF false THEN code := 27;"),),
    ),
    Defect(
        "what is held is forgotten",
        "worlds",
        (("IF a_posted[d] - a_out[d] - amount < a_floor[d]", "IF a_posted[d] - amount < a_floor[d]"),),
    ),
    Defect(
        "the ceiling is not checked",
        "worlds",
        (("ELSIF a_posted[c] + a_in[c] + amount > a_ceiling[c]", "ELSIF false"),),
    ),
    Defect(
        "accounts are not locked",
        "case: one hold is posted twice",
        (("ORDER BY id FOR NO KEY UPDATE) s;", "ORDER BY id) s;"), ("IF n BETWEEN 1 AND 5000 THEN", "IF false THEN")),
    ),
    Defect(
        "locks are taken in the order of the request",
        "bank",
        (
            (
                "ORDER BY id FOR NO KEY UPDATE) s;",
                "ORDER BY array_position(debits || credits || a_id, id) FOR NO KEY UPDATE) s;",
            ),
            ("IF n BETWEEN 1 AND 5000 THEN", "IF false THEN"),
        ),
    ),
    Defect(
        "the undoing of a chain forgets holds",
        "worlds",
        (("IF k IS NOT NULL AND kinds[j] > 2 THEN k_state[k] := 1; k_posted[k] := 0; END IF;", ""),),
    ),
    Defect("a refused chain goes on", "worlds", (("            broken := true;\n", ""),)),
    Defect("an expired hold can be posted", "worlds", ((" OR kind IN (3, 4) AND k_expires[k] <= v_at", ""),)),
    Defect(
        "a hold can be posted twice", "worlds", (("ELSIF kind IN (3, 4, 5) AND k_state[k] = 2 THEN code := 16;", ""),)
    ),
    Defect(
        "more than was held can be posted",
        "worlds",
        (("ELSIF kind = 3 AND amount > k_amount[k] THEN code := 20;", ""),),
    ),
    Defect("what is not posted of a hold stays held", "worlds", (("ELSE -k_amount[k] END;", "ELSE -amount END;"),)),
    Defect("the hold keeps its state", "worlds", (("u.state IN (2, 3, 4) AND h.state = 1", "false"),)),
    Defect(
        "a transfer can be reversed twice",
        "worlds",
        (("ELSIF kind = 6 AND k_state[k] = 9 THEN code := 21;", ""),),
    ),
    Defect(
        "a reversal is no mirror image",
        "worlds",
        (("debit := k_credit[k]; credit := k_debit[k];", "debit := k_debit[k]; credit := k_credit[k];"),),
    ),
    Defect(
        "a known id is not compared",
        "worlds",
        (("THEN 3 ELSE 4 END::smallint ORDER BY w.o)", "THEN 3 ELSE 3 END::smallint ORDER BY w.o)"),),
    ),
    Defect("failed ids are forgotten", "worlds", (("IF codes && '{8,9,13", "IF false AND codes && '{8,9,13"),)),
    Defect(
        "a closed day is not noticed",
        "worlds",
        (("ELSIF kind IN (1, 3, 6) AND value_ons[i] <= closed THEN code := 23;", ""),),
    ),
    Defect("ledger time is the caller's", "late clock: in a batch", (("greatest(max(touched_at), p_at)", "p_at"),)),
    Defect(
        "what was just made by another is taken for missing",
        "case: a hold is posted while it is made",
        (
            ("IF d IS NULL OR c IS NULL THEN  --", "IF false THEN  --"),
            ("IF n BETWEEN 1 AND 5000 THEN", "IF false THEN"),
        ),
    ),
    Defect(
        "ids that meet in the index are an error",
        "case: one id is posted for different accounts by chains",
        (("IF attempt = 3 THEN", "IF true THEN"),),
    ),
    Defect(
        "the book is not locked against its closing",
        "case: a day is closed while one posts",
        (("PERFORM pg_advisory_xact_lock_shared(ledger.book_key(t));", ""),),
        files=(POST, POST_SINGLE),
    ),
    Defect(
        "an old snapshot may post",
        "old snapshot",
        (("ELSIF current_setting('transaction_isolation') <> 'read committed' THEN", "ELSIF false THEN"),),
        files=(POST, POST_SINGLE),
    ),
    Defect(
        "an audit entry stands for one transfer only",
        "bank",
        (("'\",\"transfers\":' || count(*) || '}'", '\'","transfers":1}\''),),
    ),
]

# The twin.
MEMORY = [
    Defect(
        "the floor is not checked",
        "twin",
        (("if debit.floor_minor is not None and left < debit.floor_minor:", "if False:"),),
    ),
    Defect(
        "what is held is forgotten",
        "twin",
        (("left = debit.posted_minor - debit.held_out_minor - amount", "left = debit.posted_minor - amount"),),
    ),
    Defect(
        "the ceiling is not checked",
        "twin",
        (("if credit.ceiling_minor is not None and filled > credit.ceiling_minor:", "if False:"),),
    ),
    Defect(
        "a refused chain keeps what it moved",
        "twin",
        (("        for mapping, key, old in reversed(self._journal):\n", "        for mapping, key, old in []:\n"),),
    ),
    Defect("failed ids are forgotten", "twin", (("if answer in PASSING:", "if False:"),)),
    Defect(
        "a known id is not compared",
        "twin",
        (("return Answer.EXISTS if same else Answer.EXISTS_WITH_DIFFERENT_FIELDS", "return Answer.EXISTS"),),
    ),
    Defect(
        "an expired hold can be posted", "twin", (("        if due:\n            return Answer.HOLD_EXPIRED\n", ""),)
    ),
    Defect(
        "a transfer can be reversed twice",
        "twin",
        (("return Answer.ALREADY_REVERSED if past.reversed else Answer.OK", "return Answer.OK"),),
    ),
    Defect(
        "what is not posted of a hold stays held",
        "twin",
        (("held = -(past.transfer.amount_minor or 0)", "held = -amount"),),
    ),
    Defect("versions stand still", "twin", (("one.version + 1, one.state", "one.version, one.state"),)),
    Defect(
        "a closed day is not noticed",
        "twin",
        (("self.closed_through is not None and transfer.value_on <= self.closed_through", "False"),),
    ),
    Defect(
        "the balance after is the other side's",
        "twin",
        (
            (
                "balances = debit.posted_minor, credit.posted_minor,",
                "balances = credit.posted_minor, debit.posted_minor,",
            ),
        ),
    ),
]
