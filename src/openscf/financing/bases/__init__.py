"""What products of one shape share: an advance against a claim, a pool of claims, a claim that splits and travels."""
