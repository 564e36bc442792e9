"""The shells of financing: programmes, confirmations, deals."""
