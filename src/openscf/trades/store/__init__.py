"""The SQL of this capability."""
