"""The client's methods, one an operation; written by scripts/generate_client.py."""

from collections.abc import Sequence

from openscf.portal import shapes
from openscf.portal.operations import approvals
from openscf.portal.operations import asked
from openscf.portal.operations import banking
from openscf.portal.operations import consents
from openscf.portal.operations import documents
from openscf.portal.operations import financings
from openscf.portal.operations import invoices
from openscf.portal.operations import keys
from openscf.portal.operations import limits
from openscf.portal.operations import oidc
from openscf.portal.operations import parties
from openscf.portal.operations import people
from openscf.portal.operations import programmes
from openscf.portal.operations import sessions
from openscf.portal.operations import trade_exceptions
from openscf.portal.operations import trades

from openscf.client.connection import Connection, Sent
from openscf.portal import Page, Upload


class Operations(Connection):
    """Everything that a platform offers, as methods. Each raises `ApiRefusal` and `Unreachable`."""

    def accept_invitation(self, body: people.AcceptInvitation) -> sessions.Done:
        """Take up an invitation: choose a password. 接受邀请并设置密码。"""
        return self.call(Sent(method="POST", path="/v1/invitations/accept", body=body), sessions.Done)

    def accept_offer(self, deal_id: str, *, key: str | None = None) -> financings.AcceptedView:
        """Take the offer. 接受报价。"""
        return self.call(Sent(method="POST", path=f"/v1/financings/{deal_id}/accept", key=key, command=True), financings.AcceptedView)

    def act_for(self, body: sessions.ActFor, *, key: str | None = None) -> sessions.Done:
        """Act for another of your enterprises. 切换所代表的企业。"""
        return self.call(Sent(method="POST", path="/v1/sessions/current/act-for", body=body, key=key, command=True), sessions.Done)

    def add_party_role(self, party_id: str, body: parties.AddRole, *, key: str | None = None) -> parties.PartyView:
        """Let an enterprise do something on the platform. 授予企业平台身份。"""
        return self.call(Sent(method="POST", path=f"/v1/parties/{party_id}/roles", body=body, key=key, command=True), parties.PartyView)

    def apply_financing(self, body: financings.Apply, *, key: str | None = None) -> financings.AppliedView:
        """Apply for money on a claim. 申请融资。"""
        return self.call(Sent(method="POST", path="/v1/financings", body=body, key=key, command=True), financings.AppliedView)

    def approve_request(self, request_id: str, body: approvals.Approve, *, key: str | None = None) -> approvals.RequestView:
        """Approve what you have seen. 审批通过。"""
        return self.call(Sent(method="POST", path=f"/v1/requests/{request_id}/approve", body=body, key=key, command=True), approvals.RequestView)

    def change_programme(self, programme_id: str, body: programmes.ChangeProgramme, *, key: str | None = None) -> asked.Asked:
        """Ask to suspend, resume or end a frame. 申请暂停、恢复或终止项目。"""
        return self.call(Sent(method="POST", path=f"/v1/programmes/{programme_id}/changes", body=body, key=key, command=True), asked.Asked)

    def compare_sources(self, document_id: str, query: limits.SourceQuery | None = None) -> limits.Sources:
        """All sources of money for one invoice, side by side. 一张发票的所有资金来源对比。"""
        return self.call(Sent(method="GET", path=f"/v1/documents/{document_id}/sources", query=query), limits.Sources)

    def confirm_receivable(self, document_id: str, body: trades.ConfirmReceivable, *, key: str | None = None) -> approvals.RequestView:
        """Confirm what you owe on an invoice, and until when. 确认应付账款（确权）。"""
        return self.call(Sent(method="POST", path=f"/v1/trades/{document_id}/confirm", body=body, key=key, command=True), approvals.RequestView)

    def create_api_key(self, body: keys.CreateApiKey, *, key: str | None = None) -> keys.MadeApiKey:
        """Make a key for a program. 创建 API 密钥。"""
        return self.call(Sent(method="POST", path="/v1/api-keys", body=body, key=key, command=True), keys.MadeApiKey)

    def create_limit(self, body: limits.CreateLimit, *, key: str | None = None) -> asked.Asked:
        """Ask for a limit, or for another amount of one. 申请设定或调整额度。"""
        return self.call(Sent(method="POST", path="/v1/limits", body=body, key=key, command=True), asked.Asked)

    def create_party(self, body: parties.CreateParty, *, key: str | None = None) -> parties.PartyView:
        """Register an enterprise. 登记企业。"""
        return self.call(Sent(method="POST", path="/v1/parties", body=body, key=key, command=True), parties.PartyView)

    def dismiss_exception(self, exception_id: str, body: trade_exceptions.DismissException, *, key: str | None = None) -> trade_exceptions.ExceptionView:
        """Say that a payment settles no invoice. 款项不属于任何发票。"""
        return self.call(Sent(method="POST", path=f"/v1/exceptions/{exception_id}/dismiss", body=body, key=key, command=True), trade_exceptions.ExceptionView)

    def dismiss_user(self, appointment_id: str, *, key: str | None = None) -> sessions.Done:
        """Take a role from a person. 解除人员任职。"""
        return self.call(Sent(method="DELETE", path=f"/v1/appointments/{appointment_id}", key=key, command=True), sessions.Done)

    def dispute_receivable(self, document_id: str, body: trades.DisputeReceivable, *, key: str | None = None) -> trades.Disputed:
        """Say that you do not owe an invoice, and why. 对应付账款提出争议。"""
        return self.call(Sent(method="POST", path=f"/v1/trades/{document_id}/dispute", body=body, key=key, command=True), trades.Disputed)

    def enrol_second_factor(self, *, key: str | None = None) -> people.SecondFactor:
        """Enrol a second factor for yourself. 启用动态验证码。"""
        return self.call(Sent(method="POST", path="/v1/me/second-factor", key=key, command=True), people.SecondFactor)

    def finish_oidc(self, body: oidc.FinishOidc) -> sessions.SignedIn:
        """Finish signing in with the identity provider. 通过身份提供方登录（第二步）。"""
        return self.call(Sent(method="POST", path="/v1/oidc/finish", body=body), sessions.SignedIn)

    def get_exposure(self) -> limits.ExposureView:
        """Where does the exposure lie? 授信敞口树。"""
        return self.call(Sent(method="GET", path="/v1/exposure"), limits.ExposureView)

    def get_financing(self, deal_id: str) -> financings.FinancingView:
        """Show a financing. 查看融资。"""
        return self.call(Sent(method="GET", path=f"/v1/financings/{deal_id}"), financings.FinancingView)

    def get_ingestion(self, file_id: str, query: shapes.Paging | None = None) -> documents.Ingestion:
        """What became of a file? 查看文件的处理结果。"""
        return self.call(Sent(method="GET", path=f"/v1/documents/{file_id}", query=query), documents.Ingestion)

    def get_me(self) -> sessions.Me:
        """Who am I, and for which enterprise do I act? 当前用户与所代表的企业。"""
        return self.call(Sent(method="GET", path="/v1/me"), sessions.Me)

    def get_party(self, party_id: str) -> parties.PartyView:
        """Show an enterprise. 查看企业。"""
        return self.call(Sent(method="GET", path=f"/v1/parties/{party_id}"), parties.PartyView)

    def get_programme(self, programme_id: str) -> programmes.ProgrammeView:
        """Show a contract frame. 查看项目。"""
        return self.call(Sent(method="GET", path=f"/v1/programmes/{programme_id}"), programmes.ProgrammeView)

    def get_request(self, request_id: str) -> approvals.RequestView:
        """Show a request as it will happen. 查看审批事项。"""
        return self.call(Sent(method="GET", path=f"/v1/requests/{request_id}"), approvals.RequestView)

    def get_trade(self, document_id: str) -> trades.TradeView:
        """Show a trade: an invoice with all that was matched to it. 查看一笔贸易：发票及其匹配的单据、差异与来源。"""
        return self.call(Sent(method="GET", path=f"/v1/trades/{document_id}"), trades.TradeView)

    def grant_consent(self, body: consents.GrantConsent, *, key: str | None = None) -> consents.ConsentView:
        """Let another enterprise see your data. 授权数据共享。"""
        return self.call(Sent(method="POST", path="/v1/consents", body=body, key=key, command=True), consents.ConsentView)

    def invite_user(self, body: people.InviteUser, *, key: str | None = None) -> people.InvitedView:
        """Invite a person to act for an enterprise. 邀请人员。"""
        return self.call(Sent(method="POST", path="/v1/users", body=body, key=key, command=True), people.InvitedView)

    def link_oidc_subject(self, body: oidc.LinkSubject, *, key: str | None = None) -> sessions.Done:
        """Say whose a subject of the identity provider is. 关联身份提供方账号。"""
        return self.call(Sent(method="POST", path="/v1/oidc/subjects", body=body, key=key, command=True), sessions.Done)

    def list_api_keys(self) -> keys.ApiKeys:
        """List the keys of your enterprise. API 密钥列表。"""
        return self.call(Sent(method="GET", path="/v1/api-keys"), keys.ApiKeys)

    def list_bank_accounts(self, query: banking.OfParty | None = None) -> banking.BankAccounts:
        """List bank accounts. 银行账户列表。"""
        return self.call(Sent(method="GET", path="/v1/bank-accounts", query=query), banking.BankAccounts)

    def list_consents(self, query: banking.OfParty | None = None) -> consents.Consents:
        """List consents given and received. 数据授权列表。"""
        return self.call(Sent(method="GET", path="/v1/consents", query=query), consents.Consents)

    def list_exceptions(self, query: trade_exceptions.ExceptionFilter | None = None) -> Page[trade_exceptions.ExceptionView]:
        """Which payments could nobody explain? 待核实款项。"""
        return self.call(Sent(method="GET", path="/v1/exceptions", query=query), Page[trade_exceptions.ExceptionView])

    def list_files(self, query: shapes.Paging | None = None) -> Page[documents.TakenView]:
        """List the files that you sent. 已上传文件列表。"""
        return self.call(Sent(method="GET", path="/v1/documents", query=query), Page[documents.TakenView])

    def list_financing_events(self, deal_id: str) -> financings.Events:
        """What happened to a financing? 融资经过。"""
        return self.call(Sent(method="GET", path=f"/v1/financings/{deal_id}/events"), financings.Events)

    def list_financings(self, query: financings.FinancingFilter | None = None) -> Page[financings.FinancingView]:
        """List financings. 融资列表。"""
        return self.call(Sent(method="GET", path="/v1/financings", query=query), Page[financings.FinancingView])

    def list_invoices(self, query: invoices.InvoiceFilter | None = None) -> Page[invoices.InvoiceView]:
        """List invoices, with how far the trade behind each is closed. 发票列表（含贸易闭环程度）。"""
        return self.call(Sent(method="GET", path="/v1/invoices", query=query), Page[invoices.InvoiceView])

    def list_limits(self, query: limits.LimitFilter | None = None) -> limits.Limits:
        """List limits and how much of them is taken. 额度列表与占用。"""
        return self.call(Sent(method="GET", path="/v1/limits", query=query), limits.Limits)

    def list_onboarding(self, query: parties.OnboardingFilter | None = None) -> parties.Onboarding:
        """Which enterprises wait to be judged? 待审核企业。"""
        return self.call(Sent(method="GET", path="/v1/onboarding", query=query), parties.Onboarding)

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

    def list_requests(self, query: approvals.RequestFilter | None = None) -> approvals.Requests:
        """What waits for a second pair of eyes? 待审批事项。"""
        return self.call(Sent(method="GET", path="/v1/requests", query=query), approvals.Requests)

    def list_users(self, query: people.UserFilter | None = None) -> people.Users:
        """Who acts for an enterprise? 企业人员列表。"""
        return self.call(Sent(method="GET", path="/v1/users", query=query), people.Users)

    def move_kyb(self, party_id: str, body: parties.MoveKyb, *, version: int, key: str | None = None) -> parties.PartyView:
        """Judge an enterprise: verify, reject, suspend … 审核企业：通过、拒绝、暂停等。"""
        return self.call(Sent(method="POST", path=f"/v1/parties/{party_id}/kyb/move", body=body, version=version, key=key, command=True), parties.PartyView)

    def propose_bank_account(self, body: banking.ProposeBankAccount, *, key: str | None = None) -> banking.BankAccountView:
        """Propose the account on which your enterprise is paid. 申请登记收款账户。"""
        return self.call(Sent(method="POST", path="/v1/bank-accounts", body=body, key=key, command=True), banking.BankAccountView)

    def propose_programme(self, body: programmes.ProposeProgramme, *, key: str | None = None) -> programmes.ProposedProgramme:
        """Propose a contract frame. 发起融资项目。"""
        return self.call(Sent(method="POST", path="/v1/programmes", body=body, key=key, command=True), programmes.ProposedProgramme)

    def quote_financing(self, body: financings.Apply) -> financings.QuoteView:
        """What would a claim bring, at what price, and what stands against it? 试算：可融资金额、价格及不符合的原因。"""
        return self.call(Sent(method="POST", path="/v1/financings/quote", body=body), financings.QuoteView)

    def reject_request(self, request_id: str, body: approvals.Reject, *, key: str | None = None) -> approvals.RequestView:
        """Reject a request. 审批拒绝。"""
        return self.call(Sent(method="POST", path=f"/v1/requests/{request_id}/reject", body=body, key=key, command=True), approvals.RequestView)

    def reset_second_factor(self, person_id: str, body: people.ResetSecondFactor, *, key: str | None = None) -> sessions.Done:
        """Take a lost second factor from a person. 重置人员的动态验证码。"""
        return self.call(Sent(method="POST", path=f"/v1/users/{person_id}/second-factor/reset", body=body, key=key, command=True), sessions.Done)

    def resolve_exception(self, exception_id: str, body: trade_exceptions.ResolveException, *, key: str | None = None) -> trade_exceptions.ExceptionView:
        """Say what a payment settles. 核实款项归属。"""
        return self.call(Sent(method="POST", path=f"/v1/exceptions/{exception_id}/resolve", body=body, key=key, command=True), trade_exceptions.ExceptionView)

    def reveal_personal(self, body: banking.Reveal, *, key: str | None = None) -> banking.Revealed:
        """Show a masked value in clear, for a reason that goes on the record. 查看脱敏信息原文（须填写理由并留痕）。"""
        return self.call(Sent(method="POST", path="/v1/reveals", body=body, key=key, command=True), banking.Revealed)

    def revoke_api_key(self, key_id: str, *, key: str | None = None) -> keys.ApiKeyView:
        """Revoke a key. 吊销 API 密钥。"""
        return self.call(Sent(method="DELETE", path=f"/v1/api-keys/{key_id}", key=key, command=True), keys.ApiKeyView)

    def revoke_consent(self, consent_id: str, body: consents.RevokeConsent, *, key: str | None = None) -> consents.ConsentView:
        """Take a consent back. 撤回数据授权。"""
        return self.call(Sent(method="POST", path=f"/v1/consents/{consent_id}/revoke", body=body, key=key, command=True), consents.ConsentView)

    def settle_version(self, document_id: str, body: trade_exceptions.SettleVersion, *, key: str | None = None) -> approvals.RequestView:
        """Of contradicting versions, say which one holds. 确认互相矛盾的单据版本。"""
        return self.call(Sent(method="POST", path=f"/v1/trades/{document_id}/settle", body=body, key=key, command=True), approvals.RequestView)

    def sign_in(self, body: sessions.SignIn) -> sessions.SignedIn:
        """Sign in. 登录。"""
        return self.call(Sent(method="POST", path="/v1/sessions", body=body), sessions.SignedIn)

    def sign_out(self, *, key: str | None = None) -> sessions.Done:
        """Sign out. 退出登录。"""
        return self.call(Sent(method="DELETE", path="/v1/sessions/current", key=key, command=True), sessions.Done)

    def start_oidc(self, body: oidc.StartOidc) -> oidc.OidcStarted:
        """Begin signing in with the identity provider. 通过身份提供方登录（第一步）。"""
        return self.call(Sent(method="POST", path="/v1/oidc/start", body=body), oidc.OidcStarted)

    def step_up(self, body: sessions.Proof, *, key: str | None = None) -> sessions.Done:
        """Prove once more who you are, for money. 再次验证身份（资金操作）。"""
        return self.call(Sent(method="POST", path="/v1/sessions/current/step-up", body=body, key=key, command=True), sessions.Done)

    def stop_bank_account(self, account_id: str, body: banking.StopBankAccount, *, key: str | None = None) -> banking.BankAccountView:
        """Stop a bank account at once. 立即停用银行账户。"""
        return self.call(Sent(method="POST", path=f"/v1/bank-accounts/{account_id}/stop", body=body, key=key, command=True), banking.BankAccountView)

    def submit_kyb(self, party_id: str, body: parties.SubmitKyb, *, version: int, key: str | None = None) -> parties.PartyView:
        """Send an enterprise into review. 提交企业认证。"""
        return self.call(Sent(method="POST", path=f"/v1/parties/{party_id}/kyb/submit", body=body, version=version, key=key, command=True), parties.PartyView)

    def update_party(self, party_id: str, body: parties.UpdateParty, *, version: int, key: str | None = None) -> parties.PartyView:
        """Replace the particulars of an enterprise. 更新企业信息。"""
        return self.call(Sent(method="PUT", path=f"/v1/parties/{party_id}", body=body, version=version, key=key, command=True), parties.PartyView)

    def upload_documents(self, files: Sequence[Upload], query: documents.UploadQuery | None = None, *, key: str | None = None) -> documents.Uploaded:
        """Send files: invoices, orders, receipts, statements, goods events. 上传文件：发票、订单、收货、对账单、货物事件。"""
        return self.call(Sent(method="POST", path="/v1/documents", files=files, query=query, key=key, command=True), documents.Uploaded)

    def withdraw_request(self, request_id: str, *, key: str | None = None) -> approvals.RequestView:
        """Take a request back. 撤回申请。"""
        return self.call(Sent(method="POST", path=f"/v1/requests/{request_id}/withdraw", key=key, command=True), approvals.RequestView)
