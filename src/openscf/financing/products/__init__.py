"""The financing products, one file each; `openscf.financing.PRODUCTS` finds them."""
