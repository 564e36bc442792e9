"""Features and scores of all firms from the real VAT invoices, beside one DuckDB query of the same aggregates.

    python -m benchmarks.credit                          the real invoices, at 1/100, 1/10 and all of them
    python -m benchmarks.credit --copies 10 --copies 100   and so many copies of them, each with firms of its own

Ours: evidence of the firm alone left out, cut-off, all families of features as Ibis expressions, and a scorecard's
score of every firm with its reasons. Reference: one query by hand in the same DuckDB over the same Parquet file, that
computes the same aggregates for the same firms and neither checks nor scores anything. The two run in turn in one
process; the median of the ratios is told, above five million invoices the one of a single pair. Peak memory is the
process's so far, ours and the reference together. Ours runs by plans that are known, as in a process that has
evaluated before: the first evaluation of a process translates its expressions, which takes half a second at any size.
"""
