"""The client's methods of `keys`, one an operation; written by scripts/generate_client.py."""

from openscf.client.connection import Connection, Sent
from openscf.portal.operations import keys


class Keys(Connection):
    """What a platform offers in `keys`. Each raises `ApiRefusal` and `Unreachable`."""

    def create_api_key(self, body: keys.CreateApiKey, *, key: str | None = None) -> keys.MadeApiKey:
        """Make a key for a program. 创建 API 密钥。"""
        return self.call(Sent(method="POST", path="/v1/api-keys", body=body, key=key, command=True), keys.MadeApiKey)

    def list_api_keys(self) -> keys.ApiKeys:
        """List the keys of your enterprise. API 密钥列表。"""
        return self.call(Sent(method="GET", path="/v1/api-keys"), keys.ApiKeys)

    def revoke_api_key(self, key_id: str, *, key: str | None = None) -> keys.ApiKeyView:
        """Revoke a key. 吊销 API 密钥。"""
        return self.call(Sent(method="DELETE", path=f"/v1/api-keys/{key_id}", key=key, command=True), keys.ApiKeyView)
