"""Fail points: named places where the tests make the program die, err or dawdle.

`OPENSCF_FAILPOINT=name:action@n`, several separated by commas; `action` is `exit` (like a power cut), `raise` or
`sleep`; `@n` means at the n-th passage only (default the first). Inert otherwise.
"""


def failpoint(name: str) -> None:
    """Pass the place `name`."""
