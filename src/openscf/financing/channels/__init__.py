"""Channels by which a buyer pays into escrow: one file each, a declaration of what the channel reports.

Reports differ in the names of their fields and in whether the channel keeps its fee; what `financing` needs of them is
the same for all: which channel, its own reference, what arrived, what it kept. The connection to the channel itself
belongs to settlement.
"""
