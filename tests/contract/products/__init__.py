"""One suite over all products: every row of every lifecycle is played on a ledger, and every declaration sabotaged."""
