"""Rules of settlement, pure."""
