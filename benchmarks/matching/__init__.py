"""Three-way match of orders, receipts and invoices by the million, beside the plain join of their keys."""
