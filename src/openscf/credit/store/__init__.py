"""SQL of credit."""
