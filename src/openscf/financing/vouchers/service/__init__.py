"""The shells of vouchers: issuing, passing on, paying, looking."""
