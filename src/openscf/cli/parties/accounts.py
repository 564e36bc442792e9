"""Bank accounts."""

from typing import Annotated

import typer

from openscf.cli.common import Json
from openscf.cli.parties.session import Caller, Key, LoginName, Tenant, one_of, present, secret, session

app = typer.Typer()
Account = Annotated[str, typer.Argument(metavar="ACCOUNT", help="The bank account (bac_…).")]


@app.command()
def add_bank_account(
    tenant: Tenant,
    party: Annotated[str, typer.Argument(help="Whose account (pty_…).")],
    bank_code: Annotated[str, typer.Option(help="联行号 of 12 digits, or BIC.")],
    holder: Annotated[str, typer.Option(help="In whose name: the enterprise's legal name.")],
    scheme: Annotated[str, typer.Option(help="CNAPS or IBAN.")] = "CNAPS",
    currency: Annotated[str, typer.Option(help="Three letters.")] = "CNY",
    purpose: Annotated[str, typer.Option(help="settlement, collection or margin.")] = "settlement",
    card: Annotated[bool, typer.Option(help="The number is a card's.")] = False,
    login: LoginName = None,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Propose a bank account; its number is asked, or read as a line (after the password's, if that is read, too)."""
    from openscf import parties  # noqa: PLC0415
    from openscf.kernel.ids import PartyId  # noqa: PLC0415

    whose, how = PartyId.parse(party), one_of(parties.AccountScheme, scheme, "--scheme")
    what = one_of(parties.AccountPurpose, purpose, "--purpose")
    with session(Caller(tenant, login, key)) as opened:
        typed = parties.normalise_code(secret("Account number"))
        new = parties.NewBankAccount(
            party=whose, scheme=how, bank_code=parties.normalise_code(bank_code).code, holder_name=holder,
            currency=currency, purpose=what, is_card=card,
            number=parties.Cleartext(parties.PersonalKind.ACCOUNT, typed.code),
        )  # fmt: skip
        inputs = {
            "party": whose, "scheme": how, "bank_code": new.bank_code, "holder": holder, "currency": currency,
            "purpose": what, "card": card, "number": opened.vault.fingerprint(opened.context.tenant, new.number).hex(),
        }  # fmt: skip
        record = opened.write(
            "propose_bank_account",
            inputs,
            lambda work: parties.propose_bank_account(work, new, vault=opened.vault),
        )
    present({**record, "normalised": list(typed.steps) or None}, as_json=as_json)


@app.command()
def bank_accounts(
    tenant: Tenant,
    party: Annotated[str, typer.Argument(help="The enterprise (pty_…).")],
    login: LoginName = None,
    as_json: Json = False,
) -> None:
    """List all bank accounts that an enterprise has, had or proposed, numbers masked."""
    from openscf import parties  # noqa: PLC0415
    from openscf.kernel.ids import PartyId  # noqa: PLC0415

    identity = PartyId.parse(party)
    with session(Caller(tenant, login)) as opened:
        found = opened.read(lambda work: parties.bank_accounts_of(work, identity, vault=opened.vault))
    present(parties.as_record(found), as_json=as_json)


@app.command()
def stop_bank_account(
    tenant: Tenant,
    account: Account,
    reason: Annotated[str, typer.Option(help="Why.")],
    login: LoginName = None,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Stop a bank account at once; one authorised person is enough."""
    from openscf import parties  # noqa: PLC0415
    from openscf.db.unit_of_work import UnitOfWork  # noqa: PLC0415

    identity = parties.BankAccountId.parse(account)

    def act(work: UnitOfWork) -> object:
        parties.stop_bank_account(work, identity, reason=reason)
        return parties.bank_account(work, identity, vault=opened.vault)

    with session(Caller(tenant, login, key)) as opened:
        record = opened.write("stop_bank_account", {"account": identity, "reason": reason}, act)
    present(record, as_json=as_json)


@app.command()
def reveal_bank_account(
    tenant: Tenant,
    account: Account,
    reason: Annotated[str, typer.Option(help="For which case; it goes on the record.")],
    login: LoginName = None,
    as_json: Json = False,
) -> None:
    """Print the clear number of a bank account; who saw it and why is on the record before it appears."""
    from openscf import parties  # noqa: PLC0415

    identity = parties.BankAccountId.parse(account)
    with session(Caller(tenant, login)) as opened:
        number = opened.read(
            lambda work: parties.reveal_account_number(work, identity, reason=reason, vault=opened.vault)
        )
    present({"account": str(identity), "number": number}, as_json=as_json)
