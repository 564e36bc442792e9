"""The client's methods of `programmes`, one an operation; written by scripts/generate_client.py."""

from openscf.client.connection import Connection, Sent
from openscf.portal import Page
from openscf.portal.operations import asked
from openscf.portal.operations import programmes


class Programmes(Connection):
    """What a platform offers in `programmes`. Each raises `ApiRefusal` and `Unreachable`."""

    def change_programme(self, programme_id: str, body: programmes.ChangeProgramme, *, key: str | None = None) -> asked.Asked:
        """Ask to suspend, resume or end a frame. 申请暂停、恢复或终止项目。"""
        return self.call(Sent(method="POST", path=f"/v1/programmes/{programme_id}/changes", body=body, key=key, command=True), asked.Asked)

    def get_programme(self, programme_id: str) -> programmes.ProgrammeView:
        """Show a contract frame. 查看项目。"""
        return self.call(Sent(method="GET", path=f"/v1/programmes/{programme_id}"), programmes.ProgrammeView)

    def list_products(self) -> programmes.Products:
        """Which financing products are there? 金融产品目录。"""
        return self.call(Sent(method="GET", path="/v1/products"), programmes.Products)

    def list_programmes(self, query: programmes.ProgrammeFilter | None = None) -> Page[programmes.ProgrammeView]:
        """Which contract frames can I use? 可用的融资项目。"""
        return self.call(Sent(method="GET", path="/v1/programmes", query=query), Page[programmes.ProgrammeView])

    def propose_programme(self, body: programmes.ProposeProgramme, *, key: str | None = None) -> programmes.ProposedProgramme:
        """Propose a contract frame. 发起融资项目。"""
        return self.call(Sent(method="POST", path="/v1/programmes", body=body, key=key, command=True), programmes.ProposedProgramme)
