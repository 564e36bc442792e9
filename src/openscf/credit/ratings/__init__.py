"""Ratings of many raters, on one scale."""
