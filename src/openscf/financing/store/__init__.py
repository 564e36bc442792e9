"""SQL of programmes, deals and confirmations."""
