"""Taking in the real VAT invoice tables, beside DuckDB that only reads the same files into one table.

    python -m benchmarks.ingestion                      1/100, 1/10 and all of it
    python -m benchmarks.ingestion --data FOLDER --json result.json

Ours: gzip opened, encoding proved, each cell checked, amounts to minor units without floats, keyed fingerprints and
digests of content, duplicates and versions found, originals kept, everything stored in PostgreSQL under row security in
one durable transaction for each file, audited. The edges of who sold to whom are then summed up from the store; what
that adds is told apart.
References, both in the same run: DuckDB's `read_csv` of the same compressed files into one table, its types as it
guesses them. `durable` writes the table into a new database file and closes it, so that what was read survives, as ours
does once it is committed; the bar is against this one, since speed is measured with durable commits on. `memory` keeps
the table in the process and loses it with it; the ratio to it is told beside the other.

Each measurement is a process of its own, so that its peak of memory is its own (PostgreSQL's processes not counted);
they run in turn and the median of the ratios is told, by the clock and by seconds of processors (PostgreSQL's counted).
"""
