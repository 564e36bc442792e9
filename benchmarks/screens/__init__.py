"""How long somebody on a slow link waits for the first row of a page."""
