"""Pure rules of financing: deciding, loans and their waterfall, eligibility, terms."""
