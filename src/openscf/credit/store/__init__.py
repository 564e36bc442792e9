"""SQL of this capability."""
