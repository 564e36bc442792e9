"""The client's methods of `events`, one an operation; written by scripts/generate_client.py."""

from openscf.client.connection import Connection, Sent
from openscf.portal import Page
from openscf.portal import shapes
from openscf.portal.operations import events


class Events(Connection):
    """What a platform offers in `events`. Each raises `ApiRefusal` and `Unreachable`."""

    def create_webhook(self, body: events.CreateWebhook, *, key: str | None = None) -> events.WebhookView:
        """Have an address told of what happens. 创建 Webhook。"""
        return self.call(Sent(method="POST", path="/v1/webhooks", body=body, key=key, command=True), events.WebhookView)

    def delete_webhook(self, webhook_id: str, *, key: str | None = None) -> events.WebhookView:
        """Tell an address nothing more. 删除 Webhook。"""
        return self.call(Sent(method="DELETE", path=f"/v1/webhooks/{webhook_id}", key=key, command=True), events.WebhookView)

    def enable_webhook(self, webhook_id: str, *, key: str | None = None) -> events.WebhookView:
        """Tell an address again that was disabled. 重新启用 Webhook。"""
        return self.call(Sent(method="POST", path=f"/v1/webhooks/{webhook_id}/enable", key=key, command=True), events.WebhookView)

    def list_events(self, query: events.FeedFilter | None = None) -> Page[events.EventSeen]:
        """What happened, as a feed. 事件流。"""
        return self.call(Sent(method="GET", path="/v1/events", query=query), Page[events.EventSeen])

    def list_webhook_deliveries(self, webhook_id: str, query: shapes.Paging | None = None) -> Page[events.DeliveryView]:
        """How telling an address went. Webhook 推送记录。"""
        return self.call(Sent(method="GET", path=f"/v1/webhooks/{webhook_id}/deliveries", query=query), Page[events.DeliveryView])

    def list_webhooks(self) -> events.Webhooks:
        """List your webhooks. Webhook 列表。"""
        return self.call(Sent(method="GET", path="/v1/webhooks"), events.Webhooks)

    def replay_webhook(self, webhook_id: str, event_id: str, *, key: str | None = None) -> events.WebhookView:
        """Tell an event once more. 重新推送事件。"""
        return self.call(Sent(method="POST", path=f"/v1/webhooks/{webhook_id}/deliveries/{event_id}/replay", key=key, command=True), events.WebhookView)

    def rotate_webhook_secret(self, webhook_id: str, *, key: str | None = None) -> events.WebhookView:
        """Replace a webhook's secret. 更换 Webhook 密钥。"""
        return self.call(Sent(method="POST", path=f"/v1/webhooks/{webhook_id}/secret", key=key, command=True), events.WebhookView)
