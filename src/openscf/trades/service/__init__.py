"""The shell of this capability: what its facade offers, inside a transaction."""
