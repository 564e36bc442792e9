"""Digital payables vouchers."""
