"""Posting transfers, beside what the same server does with the same rows and nothing else.

    python -m benchmarks.ledger                     everything, about three minutes
    python -m benchmarks.ledger --seconds 10 --json result.json

One by one (1, 8 and 32 clients), all controls on: tenant and row security, floors, closed days, ids seen before, audit
entry with its digest, durable commit. Reference: pgbench with as many clients calling one server-side function that
locks, updates and inserts the same rows and controls nothing.

In batches (100, 1,000, 10,000 transfers per call; one connection and two, each with 500 accounts of its own; two that
share their accounts take turns, which is told beside it). Reference: one binary COPY of as many rows
into a bare table of the same columns, durable.

Pairs run in turn (ours, reference, ours, reference …) and the median of the ratios is told, so a machine whose speed
drifts shifts both sides.
"""
