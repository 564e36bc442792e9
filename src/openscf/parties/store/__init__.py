"""The SQL of this capability: the only Python that reads and writes its tables."""
