"""Events told to the outside: webhooks after the Standard Webhooks specification, sealed secrets, safe addresses.

What an enterprise may be told is not decided here: whoever puts a message on its way says whose it is.
"""

from openscf.events.model import Delivery, DeliveryId, Sent, Webhook, WebhookId, WebhookState
from openscf.events.rules import GIVE_UP, PAUSES, WEBHOOK_NOT_FOUND, check_url, is_public, signature
from openscf.events.sender import HttpSender, MemorySender, Sender
from openscf.events.service import (
    Dispatcher,
    create_webhook,
    delete_webhook,
    deliveries_of,
    enqueue,
    found_webhook,
    replay,
    reveal_secret,
    rotate_secret,
    webhooks_of,
)

__all__ = [
    "GIVE_UP",
    "PAUSES",
    "WEBHOOK_NOT_FOUND",
    "Delivery",
    "DeliveryId",
    "Dispatcher",
    "HttpSender",
    "MemorySender",
    "Sender",
    "Sent",
    "Webhook",
    "WebhookId",
    "WebhookState",
    "check_url",
    "create_webhook",
    "delete_webhook",
    "deliveries_of",
    "enqueue",
    "found_webhook",
    "is_public",
    "replay",
    "reveal_secret",
    "rotate_secret",
    "signature",
    "webhooks_of",
]
