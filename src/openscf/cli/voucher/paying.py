"""Paying vouchers at maturity."""

from collections.abc import Callable
from typing import Annotated, Any

import typer

from openscf.cli.common import Json
from openscf.cli.parties.session import Caller, Key, LoginName, Tenant, session
from openscf.cli.voucher.session import On, VoucherName, tell, today, voucher_record, write

app = typer.Typer()


@app.command()
def redeem(
    tenant: Tenant,
    voucher: VoucherName,
    amount: Annotated[str | None, typer.Option(help="How much, as 1000000.00; all that is outstanding.")] = None,
    on: On = None,
    login: LoginName = None,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Pay the holders of the leaves: from escrow, and what it lacks from the obligor's account; pro rata if not all."""
    from openscf.financing import voucher_desk  # noqa: PLC0415

    _paid("redeem", Caller(tenant, login, key), voucher, act=voucher_desk.redeem, amount=amount, on=on, as_json=as_json)


@app.command(name="pay-in")
def pay_in(
    tenant: Tenant,
    voucher: VoucherName,
    amount: Annotated[str | None, typer.Option(help="How much, as 1000000.00; all that is outstanding.")] = None,
    on: On = None,
    login: LoginName = None,
    key: Key = None,
    as_json: Json = False,
) -> None:
    """Put money of the obligor into the voucher's escrow account, for its holders alone."""
    from openscf.financing import voucher_desk  # noqa: PLC0415

    _paid("pay_in", Caller(tenant, login, key), voucher, act=voucher_desk.pay_in, amount=amount, on=on, as_json=as_json)


@app.command()
def lapse(
    tenant: Tenant, voucher: VoucherName, on: On = None, login: LoginName = None, key: Key = None, as_json: Json = False
) -> None:
    """Say that a voucher is overdue: all its leaves are frozen."""
    from openscf.financing import VoucherId, voucher_desk  # noqa: PLC0415

    identity = VoucherId.parse(voucher)
    with session(Caller(tenant, login, key)) as opened:
        when = today(opened, on)
        record = write(
            opened, "lapse", {"voucher": identity, "on": on},
            act=lambda work: voucher_record(voucher_desk.lapse(work, identity, on=when)),
        )  # fmt: skip
    tell(record, as_json=as_json)


def _paid(
    name: str, caller: Caller, voucher: str, *, act: Callable[..., Any], amount: str | None, on: str | None,
    as_json: bool,
) -> None:  # fmt: skip
    from openscf.financing import VoucherId, voucher_desk  # noqa: PLC0415
    from openscf.kernel.money import parse_amount  # noqa: PLC0415

    identity = VoucherId.parse(voucher)
    with session(caller) as opened:
        when = today(opened, on)

        def pay(work: Any) -> dict[str, Any]:
            book = voucher_desk.found_voucher(work, identity).deal.book
            money = book.outstanding if amount is None else parse_amount(amount, book.face.currency, field="amount")
            return voucher_record(act(work, identity, money, on=when))

        record = write(opened, name, {"voucher": identity, "amount": amount, "on": on}, act=pay)
    tell(record, as_json=as_json)
