"""How each product is played: `samples/<product>.py` says `SAMPLE = ...`."""
