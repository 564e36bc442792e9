"""The rules of this capability: pure, on values only."""
