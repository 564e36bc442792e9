"""Many storms: their sum, and that nothing was found."""

from collections import Counter

from openscf.cluster.simulation import storm

COMMANDS = 500
FIRST, SECOND = range(250), range(250, 500)
"""Seeds of the CI lane: 500 seeds of 500 commands, as near to a thousand as its time allows.

`pytest -m long` runs 0 to 999 in all, and ten thousand others.
"""


def weather(seeds: range) -> tuple[int, Counter[str]]:
    """Commands that were answered, and rare states that were reached; a finding is an error with its seed."""
    answered, rare = 0, Counter[str]()
    for seed in seeds:
        result = storm(seed, COMMANDS)
        assert result.findings == [], f"seed {seed} with {result.features}: {result.findings}"
        answered += result.commands
        rare += result.rare
    return answered, rare
