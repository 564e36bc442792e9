"""Write the newest revision's script from the descriptions of the tables.

    python scripts/freeze_schema.py             write src/openscf/db/migrations/versions/0001_foundation.sql
    python scripts/freeze_schema.py --check     fail if it differs

Only while there is one revision and no release: afterwards a change of a table is a new revision, written by hand, and
the drift test compares the two.
"""

import sys
from pathlib import Path

from openscf.db.migrations import runner

TARGET = Path(runner.__file__).parent / "versions" / "0001_foundation.sql"


def main() -> int:
    """Write, or compare."""
    if runner.revisions() not in ((), (TARGET.stem,)):
        print("there are later revisions: write a new one instead")
        return 1
    wanted = runner.current_schema()
    if "--check" in sys.argv:
        same = TARGET.exists() and TARGET.read_text(encoding="utf-8") == wanted
        print("current" if same else "differs: run python scripts/freeze_schema.py")
        return 0 if same else 1
    TARGET.write_text(wanted, encoding="utf-8")
    print(f"wrote {TARGET.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
