"""Telling members of what happens to them: webhooks as the Standard Webhooks specification describes them."""

from openscf.events.model import Delivery, Webhook, WebhookId, WebhookState
from openscf.events.rules import WEBHOOK_NOT_FOUND, checked_url, public_address, signature
from openscf.events.sender import HttpSender, Sender
from openscf.events.service import (
    Concerned,
    Pump,
    create_webhook,
    delete_webhook,
    deliveries_of,
    enable_webhook,
    rotate_secret,
    secret_of,
    tell_again,
    webhook_of,
    webhooks_of,
)

__all__ = [
    "WEBHOOK_NOT_FOUND",
    "Concerned",
    "Delivery",
    "HttpSender",
    "Pump",
    "Sender",
    "Webhook",
    "WebhookId",
    "WebhookState",
    "checked_url",
    "create_webhook",
    "delete_webhook",
    "deliveries_of",
    "enable_webhook",
    "public_address",
    "rotate_secret",
    "secret_of",
    "signature",
    "tell_again",
    "webhook_of",
    "webhooks_of",
]
