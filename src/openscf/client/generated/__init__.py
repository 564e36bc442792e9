"""The client's methods, one an operation; written by scripts/generate_client.py."""

from openscf.client.generated.accounts import Accounts
from openscf.client.generated.accounts_moving import AccountsMoving
from openscf.client.generated.approvals import Approvals
from openscf.client.generated.banking import Banking
from openscf.client.generated.consents import Consents
from openscf.client.generated.credit import Credit
from openscf.client.generated.custody import Custody
from openscf.client.generated.day_end import DayEnd
from openscf.client.generated.documents import Documents
from openscf.client.generated.documents_issued import DocumentsIssued
from openscf.client.generated.events import Events
from openscf.client.generated.financings import Financings
from openscf.client.generated.financings_many import FinancingsMany
from openscf.client.generated.financings_steps import FinancingsSteps
from openscf.client.generated.invoices import Invoices
from openscf.client.generated.keys import Keys
from openscf.client.generated.limits import Limits
from openscf.client.generated.mail import Mail
from openscf.client.generated.network import Network
from openscf.client.generated.oidc import Oidc
from openscf.client.generated.parties import Parties
from openscf.client.generated.payables import Payables
from openscf.client.generated.payables_budget import PayablesBudget
from openscf.client.generated.payables_discounts import PayablesDiscounts
from openscf.client.generated.payables_earned import PayablesEarned
from openscf.client.generated.people import People
from openscf.client.generated.pools import Pools
from openscf.client.generated.portfolio import Portfolio
from openscf.client.generated.programmes import Programmes
from openscf.client.generated.ratings import Ratings
from openscf.client.generated.search import Search
from openscf.client.generated.sessions import Sessions
from openscf.client.generated.settled import Settled
from openscf.client.generated.settlement import Settlement
from openscf.client.generated.simulations import Simulations
from openscf.client.generated.statements import Statements
from openscf.client.generated.trade_exceptions import TradeExceptions
from openscf.client.generated.trades import Trades
from openscf.client.generated.verifications import Verifications
from openscf.client.generated.vouchers import Vouchers
from openscf.client.generated.vouchers_pieces import VouchersPieces
from openscf.client.generated.warnings import Warnings


class Operations(
    Accounts,
    AccountsMoving,
    Approvals,
    Banking,
    Consents,
    Credit,
    Custody,
    DayEnd,
    Documents,
    DocumentsIssued,
    Events,
    Financings,
    FinancingsMany,
    FinancingsSteps,
    Invoices,
    Keys,
    Limits,
    Mail,
    Network,
    Oidc,
    Parties,
    Payables,
    PayablesBudget,
    PayablesDiscounts,
    PayablesEarned,
    People,
    Pools,
    Portfolio,
    Programmes,
    Ratings,
    Search,
    Sessions,
    Settled,
    Settlement,
    Simulations,
    Statements,
    TradeExceptions,
    Trades,
    Verifications,
    Vouchers,
    VouchersPieces,
    Warnings,
):
    """Everything that a platform offers, as methods. Each raises `ApiRefusal` and `Unreachable`."""
