"""Features of a firm from the trade network's snapshot: one file for each family."""
