"""SQL of webhooks, and of letters."""
