"""The shell of settlement."""
