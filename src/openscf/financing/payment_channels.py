"""The channels by which a buyer can pay into escrow."""

from openscf.financing.model.channel import PaymentChannel
from openscf.kernel.errors import refusal
from openscf.kernel.registry import Registry

UNKNOWN_CHANNEL = refusal(
    "unknown_channel",
    en="There is no payment channel {name}; known: {known}.",
    zh="没有支付渠道 {name}；可用：{known}。",
    fix_en="Choose one of the list.",
    fix_zh="请从列表中选择。",
    status=400,
)

CHANNELS: Registry[PaymentChannel] = Registry(
    "channel", of=PaymentChannel, name=lambda channel: channel.code, unknown=UNKNOWN_CHANNEL
).discover("openscf.financing.channels")
"""One file each in `channels/`."""
