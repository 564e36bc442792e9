"""Pure rules of trades: identity, likeness, matching and the register of liens."""
