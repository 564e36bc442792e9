"""Credit: what a firm's risk is, and the limits, prices, allocations and provisions that follow from it.

Statistics work in floats; money and posted rates never do. Where the one becomes the other a docstring names the grid
and the rounding, and it happens once.
"""
