"""From application to money: how fast, beside a raw two-row update at the same concurrency."""
