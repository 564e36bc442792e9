"""Models of default: a scorecard that scores without any library, and a boosted challenger beside it."""
