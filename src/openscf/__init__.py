"""openscf: the open Internet supply-chain-finance platform."""
