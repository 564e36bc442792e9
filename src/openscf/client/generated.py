"""The client's methods, one an operation; written by scripts/generate_client.py."""

from collections.abc import Sequence

from openscf.portal import shapes
from openscf.portal.operations import asked
from openscf.portal.operations import financings
from openscf.portal.operations import limits
from openscf.portal.operations import parties
from openscf.portal.operations import programmes
from openscf.portal.operations import sessions

from openscf.client.connection import Connection, Sent
from openscf.portal import Page, Upload


class Operations(Connection):
    """Everything that a platform offers, as methods. Each raises `ApiRefusal` and `Unreachable`."""

    def accept_offer(self, deal_id: str, *, key: str | None = None) -> financings.AcceptedView:
        """Take the offer. 接受报价。"""
        return self.call(Sent(method="POST", path=f"/v1/financings/{deal_id}/accept", key=key, command=True), financings.AcceptedView)

    def act_for(self, body: sessions.ActFor, *, key: str | None = None) -> sessions.Done:
        """Act for another of your enterprises. 切换所代表的企业。"""
        return self.call(Sent(method="POST", path="/v1/sessions/current/act-for", body=body, key=key, command=True), sessions.Done)

    def apply_financing(self, body: financings.Apply, *, key: str | None = None) -> financings.AppliedView:
        """Apply for money on a claim. 申请融资。"""
        return self.call(Sent(method="POST", path="/v1/financings", body=body, key=key, command=True), financings.AppliedView)

    def change_programme(self, programme_id: str, body: programmes.ChangeProgramme, *, key: str | None = None) -> asked.Asked:
        """Ask to suspend, resume or end a frame. 申请暂停、恢复或终止项目。"""
        return self.call(Sent(method="POST", path=f"/v1/programmes/{programme_id}/changes", body=body, key=key, command=True), asked.Asked)

    def compare_sources(self, document_id: str, query: limits.SourceQuery | None = None) -> limits.Sources:
        """All sources of money for one invoice, side by side. 一张发票的所有资金来源对比。"""
        return self.call(Sent(method="GET", path=f"/v1/documents/{document_id}/sources", query=query), limits.Sources)

    def create_limit(self, body: limits.CreateLimit, *, key: str | None = None) -> asked.Asked:
        """Ask for a limit, or for another amount of one. 申请设定或调整额度。"""
        return self.call(Sent(method="POST", path="/v1/limits", body=body, key=key, command=True), asked.Asked)

    def create_party(self, body: parties.CreateParty, *, key: str | None = None) -> parties.PartyView:
        """Register an enterprise. 登记企业。"""
        return self.call(Sent(method="POST", path="/v1/parties", body=body, key=key, command=True), parties.PartyView)

    def get_exposure(self) -> limits.ExposureView:
        """Where does the exposure lie? 授信敞口树。"""
        return self.call(Sent(method="GET", path="/v1/exposure"), limits.ExposureView)

    def get_financing(self, deal_id: str) -> financings.FinancingView:
        """Show a financing. 查看融资。"""
        return self.call(Sent(method="GET", path=f"/v1/financings/{deal_id}"), financings.FinancingView)

    def get_me(self) -> sessions.Me:
        """Who am I, and for which enterprise do I act? 当前用户与所代表的企业。"""
        return self.call(Sent(method="GET", path="/v1/me"), sessions.Me)

    def get_party(self, party_id: str) -> parties.PartyView:
        """Show an enterprise. 查看企业。"""
        return self.call(Sent(method="GET", path=f"/v1/parties/{party_id}"), parties.PartyView)

    def get_programme(self, programme_id: str) -> programmes.ProgrammeView:
        """Show a contract frame. 查看项目。"""
        return self.call(Sent(method="GET", path=f"/v1/programmes/{programme_id}"), programmes.ProgrammeView)

    def list_financing_events(self, deal_id: str) -> financings.Events:
        """What happened to a financing? 融资经过。"""
        return self.call(Sent(method="GET", path=f"/v1/financings/{deal_id}/events"), financings.Events)

    def list_financings(self, query: financings.FinancingFilter | None = None) -> Page[financings.FinancingView]:
        """List financings. 融资列表。"""
        return self.call(Sent(method="GET", path="/v1/financings", query=query), Page[financings.FinancingView])

    def list_limits(self, query: limits.LimitFilter | None = None) -> limits.Limits:
        """List limits and how much of them is taken. 额度列表与占用。"""
        return self.call(Sent(method="GET", path="/v1/limits", query=query), limits.Limits)

    def list_opportunities(self, query: shapes.Paging | None = None) -> Page[limits.OpportunityView]:
        """What could I finance? 可投资产。"""
        return self.call(Sent(method="GET", path="/v1/opportunities", query=query), Page[limits.OpportunityView])

    def list_parties(self, query: parties.PartyFilter | None = None) -> Page[parties.PartyView]:
        """List the directory of enterprises. 企业名录。"""
        return self.call(Sent(method="GET", path="/v1/parties", query=query), Page[parties.PartyView])

    def list_products(self) -> programmes.Products:
        """Which financing products are there? 金融产品目录。"""
        return self.call(Sent(method="GET", path="/v1/products"), programmes.Products)

    def list_programmes(self, query: programmes.ProgrammeFilter | None = None) -> Page[programmes.ProgrammeView]:
        """Which contract frames can I use? 可用的融资项目。"""
        return self.call(Sent(method="GET", path="/v1/programmes", query=query), Page[programmes.ProgrammeView])

    def propose_programme(self, body: programmes.ProposeProgramme, *, key: str | None = None) -> programmes.ProposedProgramme:
        """Propose a contract frame. 发起融资项目。"""
        return self.call(Sent(method="POST", path="/v1/programmes", body=body, key=key, command=True), programmes.ProposedProgramme)

    def quote_financing(self, body: financings.Apply) -> financings.QuoteView:
        """What would a claim bring, at what price, and what stands against it? 试算：可融资金额、价格及不符合的原因。"""
        return self.call(Sent(method="POST", path="/v1/financings/quote", body=body), financings.QuoteView)

    def sign_in(self, body: sessions.SignIn) -> sessions.SignedIn:
        """Sign in. 登录。"""
        return self.call(Sent(method="POST", path="/v1/sessions", body=body), sessions.SignedIn)

    def sign_out(self, *, key: str | None = None) -> sessions.Done:
        """Sign out. 退出登录。"""
        return self.call(Sent(method="DELETE", path="/v1/sessions/current", key=key, command=True), sessions.Done)

    def step_up(self, body: sessions.Proof, *, key: str | None = None) -> sessions.Done:
        """Prove once more who you are, for money. 再次验证身份（资金操作）。"""
        return self.call(Sent(method="POST", path="/v1/sessions/current/step-up", body=body, key=key, command=True), sessions.Done)
