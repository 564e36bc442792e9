"""SQL of settlement."""
