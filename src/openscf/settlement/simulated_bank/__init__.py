"""A bank that the house brings along: it takes our orders, keeps books of its own, and sends statements as bytes.

It shares nothing with the platform but messages. Its books are in memory, or in a file of its own outside the database:
a bank is somebody else, so restoring the platform's database must not restore the bank's memory with it.

It is a state machine moved by calls, a clock and chance, all given from outside: the same seed gives the same bank. How
it misbehaves is its `Conduct`: it refuses, stays silent after it has paid, returns money days later, sends statements
late and twice. Value dates follow the business calendar and the cut-off time.
"""

from openscf.settlement.simulated_bank.folder import BankFolder
from openscf.settlement.simulated_bank.machine import SimulatedBank
from openscf.settlement.simulated_bank.state import Conduct

__all__ = ["BankFolder", "Conduct", "SimulatedBank"]
