"""The client's methods, one an operation; written by scripts/generate_client.py."""

from collections.abc import Sequence

from openscf.portal import shapes
from openscf.portal.operations import accounts
from openscf.portal.operations import accounts_moving
from openscf.portal.operations import approvals
from openscf.portal.operations import asked
from openscf.portal.operations import banking
from openscf.portal.operations import consents
from openscf.portal.operations import credit
from openscf.portal.operations import custody
from openscf.portal.operations import day_end
from openscf.portal.operations import documents
from openscf.portal.operations import documents_issued
from openscf.portal.operations import events
from openscf.portal.operations import financings
from openscf.portal.operations import financings_steps
from openscf.portal.operations import invoices
from openscf.portal.operations import keys
from openscf.portal.operations import limits
from openscf.portal.operations import network
from openscf.portal.operations import oidc
from openscf.portal.operations import parties
from openscf.portal.operations import payables
from openscf.portal.operations import payables_discounts
from openscf.portal.operations import people
from openscf.portal.operations import pools
from openscf.portal.operations import portfolio
from openscf.portal.operations import programmes
from openscf.portal.operations import ratings
from openscf.portal.operations import search
from openscf.portal.operations import sessions
from openscf.portal.operations import settlement
from openscf.portal.operations import simulations
from openscf.portal.operations import statements
from openscf.portal.operations import trade_exceptions
from openscf.portal.operations import trades
from openscf.portal.operations import verifications
from openscf.portal.operations import vouchers
from openscf.portal.operations import vouchers_pieces
from openscf.portal.operations import vouchers_shown
from openscf.portal.operations import warnings

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

    def accept_piece(self, piece_id: str, *, key: str | None = None) -> vouchers_shown.PieceView:
        """Accept a piece that one is offered. 签收份额。"""
        return self.call(Sent(method="POST", path=f"/v1/pieces/{piece_id}/accept", key=key, command=True), vouchers_shown.PieceView)

    def accept_voucher(self, voucher_id: str, *, key: str | None = None) -> vouchers_shown.VoucherView:
        """Accept a voucher as its payee. 签收凭证。"""
        return self.call(Sent(method="POST", path=f"/v1/vouchers/{voucher_id}/accept", key=key, command=True), vouchers_shown.VoucherView)

    def act_for(self, body: sessions.ActFor, *, key: str | None = None) -> sessions.Done:
        """Act for another of your enterprises. 切换所代表的企业。"""
        return self.call(Sent(method="POST", path="/v1/sessions/current/act-for", body=body, key=key, command=True), sessions.Done)

    def add_party_role(self, party_id: str, body: parties.AddRole, *, key: str | None = None) -> parties.PartyView:
        """Let an enterprise do something on the platform. 授予企业平台身份。"""
        return self.call(Sent(method="POST", path=f"/v1/parties/{party_id}/roles", body=body, key=key, command=True), parties.PartyView)

    def advance_time(self, body: simulations.Advance, *, key: str | None = None) -> simulations.SandboxTime:
        """Move the sandbox's time forward. 推进沙箱时间。"""
        return self.call(Sent(method="POST", path="/v1/simulations/advance-time", body=body, key=key, command=True), simulations.SandboxTime)

    def allocate_suspense(self, item_id: str, body: settlement.Allocate, *, key: str | None = None) -> asked.Asked:
        """Say what unplaced money is for. 申请分配待处理款项。"""
        return self.call(Sent(method="POST", path=f"/v1/suspense/{item_id}/allocate", body=body, key=key, command=True), asked.Asked)

    def announce_deposit(self, body: accounts_moving.Deposit, *, key: str | None = None) -> accounts_moving.DepositView:
        """Announce money that one is about to bring. 登记拟划入资金。"""
        return self.call(Sent(method="POST", path="/v1/deposits", body=body, key=key, command=True), accounts_moving.DepositView)

    def apply_financing(self, body: financings.Apply, *, key: str | None = None) -> financings.AppliedView:
        """Apply for money on a claim. 申请融资。"""
        return self.call(Sent(method="POST", path="/v1/financings", body=body, key=key, command=True), financings.AppliedView)

    def approve_request(self, request_id: str, body: approvals.Approve, *, key: str | None = None) -> approvals.RequestView:
        """Approve what you have seen. 审批通过。"""
        return self.call(Sent(method="POST", path=f"/v1/requests/{request_id}/approve", body=body, key=key, command=True), approvals.RequestView)

    def approve_voucher(self, voucher_id: str, body: vouchers.Seal, *, key: str | None = None) -> vouchers_shown.VoucherView:
        """Seal a voucher as the issuer's second person. 开立方复核用印。"""
        return self.call(Sent(method="POST", path=f"/v1/vouchers/{voucher_id}/approve", body=body, key=key, command=True), vouchers_shown.VoucherView)

    def cancel_voucher(self, voucher_id: str, *, key: str | None = None) -> vouchers_shown.VoucherView:
        """Take back a voucher that nobody accepted. 撤销尚未签收的凭证。"""
        return self.call(Sent(method="POST", path=f"/v1/vouchers/{voucher_id}/cancel", key=key, command=True), vouchers_shown.VoucherView)

    def change_programme(self, programme_id: str, body: programmes.ChangeProgramme, *, key: str | None = None) -> asked.Asked:
        """Ask to suspend, resume or end a frame. 申请暂停、恢复或终止项目。"""
        return self.call(Sent(method="POST", path=f"/v1/programmes/{programme_id}/changes", body=body, key=key, command=True), asked.Asked)

    def compare_sources(self, document_id: str, query: limits.SourceQuery | None = None) -> limits.Sources:
        """All sources of money for one invoice, side by side. 一张发票的所有资金来源对比。"""
        return self.call(Sent(method="GET", path=f"/v1/documents/{document_id}/sources", query=query), limits.Sources)

    def confirm_goods(self, document_id: str, body: custody.Confirm, *, key: str | None = None) -> custody.Confirmed:
        """Vouch for goods as a paper says them. 确认货物单据。"""
        return self.call(Sent(method="POST", path=f"/v1/custody/{document_id}/confirm", body=body, key=key, command=True), custody.Confirmed)

    def confirm_receivable(self, document_id: str, body: trades.ConfirmReceivable, *, key: str | None = None) -> approvals.RequestView:
        """Confirm what you owe on an invoice, and until when. 确认应付账款（确权）。"""
        return self.call(Sent(method="POST", path=f"/v1/trades/{document_id}/confirm", body=body, key=key, command=True), approvals.RequestView)

    def consent_voucher(self, voucher_id: str, *, key: str | None = None) -> asked.Asked:
        """Ask a colleague to consent to a voucher. 承兑方申请同意承兑。"""
        return self.call(Sent(method="POST", path=f"/v1/vouchers/{voucher_id}/consent", key=key, command=True), asked.Asked)

    def create_api_key(self, body: keys.CreateApiKey, *, key: str | None = None) -> keys.MadeApiKey:
        """Make a key for a program. 创建 API 密钥。"""
        return self.call(Sent(method="POST", path="/v1/api-keys", body=body, key=key, command=True), keys.MadeApiKey)

    def create_limit(self, body: limits.CreateLimit, *, key: str | None = None) -> asked.Asked:
        """Ask for a limit, or for another amount of one. 申请设定或调整额度。"""
        return self.call(Sent(method="POST", path="/v1/limits", body=body, key=key, command=True), asked.Asked)

    def create_party(self, body: parties.CreateParty, *, key: str | None = None) -> parties.PartyView:
        """Register an enterprise. 登记企业。"""
        return self.call(Sent(method="POST", path="/v1/parties", body=body, key=key, command=True), parties.PartyView)

    def create_webhook(self, body: events.CreateWebhook, *, key: str | None = None) -> events.WebhookView:
        """Have an address told of what happens. 创建 Webhook。"""
        return self.call(Sent(method="POST", path="/v1/webhooks", body=body, key=key, command=True), events.WebhookView)

    def delete_webhook(self, webhook_id: str, *, key: str | None = None) -> events.WebhookView:
        """Tell an address nothing more. 删除 Webhook。"""
        return self.call(Sent(method="DELETE", path=f"/v1/webhooks/{webhook_id}", key=key, command=True), events.WebhookView)

    def discount_curve(self, document_id: str, query: payables_discounts.CurveQuery | None = None) -> payables_discounts.CurveView:
        """What would being paid early cost, day by day? 提前收款的折扣曲线。"""
        return self.call(Sent(method="GET", path=f"/v1/documents/{document_id}/discounts", query=query), payables_discounts.CurveView)

    def dismiss_exception(self, exception_id: str, body: trade_exceptions.DismissException, *, key: str | None = None) -> trade_exceptions.ExceptionView:
        """Say that a payment settles no invoice. 款项不属于任何发票。"""
        return self.call(Sent(method="POST", path=f"/v1/exceptions/{exception_id}/dismiss", body=body, key=key, command=True), trade_exceptions.ExceptionView)

    def dismiss_user(self, appointment_id: str, *, key: str | None = None) -> sessions.Done:
        """Take a role from a person. 解除人员任职。"""
        return self.call(Sent(method="DELETE", path=f"/v1/appointments/{appointment_id}", key=key, command=True), sessions.Done)

    def dispute_receivable(self, document_id: str, body: trades.DisputeReceivable, *, key: str | None = None) -> trades.Disputed:
        """Say that you do not owe an invoice, and why. 对应付账款提出争议。"""
        return self.call(Sent(method="POST", path=f"/v1/trades/{document_id}/dispute", body=body, key=key, command=True), trades.Disputed)

    def draw_pool(self, deal_id: str, body: pools.Draw, *, key: str | None = None) -> financings.FinancingView:
        """Draw on a pool. 融资池提款。"""
        return self.call(Sent(method="POST", path=f"/v1/pools/{deal_id}/draw", body=body, key=key, command=True), financings.FinancingView)

    def enable_webhook(self, webhook_id: str, *, key: str | None = None) -> events.WebhookView:
        """Tell an address again that was disabled. 重新启用 Webhook。"""
        return self.call(Sent(method="POST", path=f"/v1/webhooks/{webhook_id}/enable", key=key, command=True), events.WebhookView)

    def enrol_second_factor(self, *, key: str | None = None) -> people.SecondFactor:
        """Enrol a second factor for yourself. 启用动态验证码。"""
        return self.call(Sent(method="POST", path="/v1/me/second-factor", key=key, command=True), people.SecondFactor)

    def explain_limit(self, party_id: str, query: credit.CreditQuery | None = None) -> credit.LimitExplainedView:
        """Why this limit, and what would raise it? 额度的依据与提升途径。"""
        return self.call(Sent(method="GET", path=f"/v1/parties/{party_id}/limit", query=query), credit.LimitExplainedView)

    def finance_voucher(self, piece_id: str, body: vouchers_pieces.FinancePiece, *, key: str | None = None) -> vouchers_pieces.OfferedPiece:
        """Offer a part of a piece to a funder. 拆分融资（无追索）。"""
        return self.call(Sent(method="POST", path=f"/v1/pieces/{piece_id}/finance", body=body, key=key, command=True), vouchers_pieces.OfferedPiece)

    def finish_oidc(self, body: oidc.FinishOidc) -> sessions.SignedIn:
        """Finish signing in with the identity provider. 通过身份提供方登录（第二步）。"""
        return self.call(Sent(method="POST", path="/v1/oidc/finish", body=body), sessions.SignedIn)

    def fund_piece(self, piece_id: str, *, key: str | None = None) -> asked.Asked:
        """Ask a colleague to pay for a piece. 资金方申请放款。"""
        return self.call(Sent(method="POST", path=f"/v1/pieces/{piece_id}/fund", key=key, command=True), asked.Asked)

    def get_account(self, account_id: str) -> accounts.AccountView:
        """Show an account. 查看账户。"""
        return self.call(Sent(method="GET", path=f"/v1/accounts/{account_id}"), accounts.AccountView)

    def get_audit(self) -> verifications.AuditView:
        """How far is the log vouched for, and what did verifications find? 审计日志的签名情况与核验记录。"""
        return self.call(Sent(method="GET", path="/v1/audit"), verifications.AuditView)

    def get_auto_trade(self, programme_id: str) -> payables.AutoTradeView:
        """Show one's standing order to sell. 查看自动转让规则。"""
        return self.call(Sent(method="GET", path=f"/v1/programmes/{programme_id}/auto-trade"), payables.AutoTradeView)

    def get_data_quality(self) -> network.DataQuality:
        """How good are the data that come in, by sender? 数据质量。"""
        return self.call(Sent(method="GET", path="/v1/data-quality"), network.DataQuality)

    def get_day_end(self, query: day_end.DayQuery | None = None) -> day_end.DayEndView:
        """What did ending a day come to? 日终结果。"""
        return self.call(Sent(method="GET", path="/v1/day-end", query=query), day_end.DayEndView)

    def get_disclosure(self, programme_id: str, query: payables.Period | None = None) -> payables.DisclosureView:
        """What IAS 7.44H asks to be disclosed. 供应商融资安排披露（IAS 7.44H）。"""
        return self.call(Sent(method="GET", path=f"/v1/programmes/{programme_id}/disclosure", query=query), payables.DisclosureView)

    def get_exposure(self) -> limits.ExposureView:
        """Where does the exposure lie? 授信敞口树。"""
        return self.call(Sent(method="GET", path="/v1/exposure"), limits.ExposureView)

    def get_financing(self, deal_id: str) -> financings.FinancingView:
        """Show a financing. 查看融资。"""
        return self.call(Sent(method="GET", path=f"/v1/financings/{deal_id}"), financings.FinancingView)

    def get_ingestion(self, file_id: str, query: shapes.Paging | None = None) -> documents.Ingestion:
        """What became of a file? 查看文件的处理结果。"""
        return self.call(Sent(method="GET", path=f"/v1/documents/{file_id}", query=query), documents.Ingestion)

    def get_issued_document(self, number: str) -> shapes.FileView:
        """Fetch an issued document. 下载文件。"""
        return self.call(Sent(method="GET", path=f"/v1/issued-documents/{number}"), shapes.FileView)

    def get_me(self) -> sessions.Me:
        """Who am I, and for which enterprise do I act? 当前用户与所代表的企业。"""
        return self.call(Sent(method="GET", path="/v1/me"), sessions.Me)

    def get_network(self, query: network.NetworkQuery | None = None) -> network.NetworkView:
        """Whom do I trade with, and how much? 交易网络。"""
        return self.call(Sent(method="GET", path="/v1/network", query=query), network.NetworkView)

    def get_party(self, party_id: str) -> parties.PartyView:
        """Show an enterprise. 查看企业。"""
        return self.call(Sent(method="GET", path=f"/v1/parties/{party_id}"), parties.PartyView)

    def get_pool(self, deal_id: str) -> pools.PoolView:
        """What does a pool carry now? 融资池当前状况。"""
        return self.call(Sent(method="GET", path=f"/v1/pools/{deal_id}"), pools.PoolView)

    def get_portfolio(self, query: portfolio.PortfolioQuery | None = None) -> portfolio.PortfolioView:
        """Where is the money concentrated, and how late is it? 资产组合集中度与账龄。"""
        return self.call(Sent(method="GET", path="/v1/portfolio", query=query), portfolio.PortfolioView)

    def get_programme(self, programme_id: str) -> programmes.ProgrammeView:
        """Show a contract frame. 查看项目。"""
        return self.call(Sent(method="GET", path=f"/v1/programmes/{programme_id}"), programmes.ProgrammeView)

    def get_rating(self, party_id: str, query: credit.CreditQuery | None = None) -> credit.RatingView:
        """A firm's rating, its raters and its reasons. 企业评级、评级方及理由。"""
        return self.call(Sent(method="GET", path=f"/v1/parties/{party_id}/rating", query=query), credit.RatingView)

    def get_request(self, request_id: str) -> approvals.RequestView:
        """Show a request as it will happen. 查看审批事项。"""
        return self.call(Sent(method="GET", path=f"/v1/requests/{request_id}"), approvals.RequestView)

    def get_sweep_rule(self, query: accounts_moving.CurrencyQuery | None = None) -> accounts_moving.RuleView:
        """How may our money leave the platform? 提现与归集规则。"""
        return self.call(Sent(method="GET", path="/v1/withdrawal-rule", query=query), accounts_moving.RuleView)

    def get_trade(self, document_id: str) -> trades.TradeView:
        """Show a trade: an invoice with all that was matched to it. 查看一笔贸易：发票及其匹配的单据、差异与来源。"""
        return self.call(Sent(method="GET", path=f"/v1/trades/{document_id}"), trades.TradeView)

    def get_voucher(self, voucher_id: str) -> vouchers_shown.VoucherView:
        """Show a voucher with its pieces. 查看凭证及其份额。"""
        return self.call(Sent(method="GET", path=f"/v1/vouchers/{voucher_id}"), vouchers_shown.VoucherView)

    def grant_consent(self, body: consents.GrantConsent, *, key: str | None = None) -> consents.ConsentView:
        """Let another enterprise see your data. 授权数据共享。"""
        return self.call(Sent(method="POST", path="/v1/consents", body=body, key=key, command=True), consents.ConsentView)

    def invite_user(self, body: people.InviteUser, *, key: str | None = None) -> people.InvitedView:
        """Invite a person to act for an enterprise. 邀请人员。"""
        return self.call(Sent(method="POST", path="/v1/users", body=body, key=key, command=True), people.InvitedView)

    def issue_certificate(self, voucher_id: str, body: documents_issued.IssueCertificate, *, key: str | None = None) -> documents_issued.IssuedView:
        """Issue the certificate of a voucher. 出具凭证证明。"""
        return self.call(Sent(method="POST", path=f"/v1/vouchers/{voucher_id}/certificate", body=body, key=key, command=True), documents_issued.IssuedView)

    def issue_document(self, body: documents_issued.IssueDocument, *, key: str | None = None) -> documents_issued.IssuedView:
        """Issue a document about a deal. 出具业务文件。"""
        return self.call(Sent(method="POST", path="/v1/issued-documents", body=body, key=key, command=True), documents_issued.IssuedView)

    def issue_statement(self, account_id: str, body: documents_issued.IssueStatement, *, key: str | None = None) -> documents_issued.IssuedView:
        """Issue the statement of an account. 出具账户对账单。"""
        return self.call(Sent(method="POST", path=f"/v1/accounts/{account_id}/statement", body=body, key=key, command=True), documents_issued.IssuedView)

    def issue_voucher(self, body: vouchers.IssueVoucher, *, key: str | None = None) -> vouchers.IssuedVoucher:
        """Issue a voucher. 开立电子债权凭证。"""
        return self.call(Sent(method="POST", path="/v1/vouchers", body=body, key=key, command=True), vouchers.IssuedVoucher)

    def link_oidc_subject(self, body: oidc.LinkSubject, *, key: str | None = None) -> sessions.Done:
        """Say whose a subject of the identity provider is. 关联身份提供方账号。"""
        return self.call(Sent(method="POST", path="/v1/oidc/subjects", body=body, key=key, command=True), sessions.Done)

    def list_accounts(self, query: accounts.AccountFilter | None = None) -> Page[accounts.AccountView]:
        """Which accounts have I? 账户列表。"""
        return self.call(Sent(method="GET", path="/v1/accounts", query=query), Page[accounts.AccountView])

    def list_api_keys(self) -> keys.ApiKeys:
        """List the keys of your enterprise. API 密钥列表。"""
        return self.call(Sent(method="GET", path="/v1/api-keys"), keys.ApiKeys)

    def list_bank_accounts(self, query: banking.OfParty | None = None) -> banking.BankAccounts:
        """List bank accounts. 银行账户列表。"""
        return self.call(Sent(method="GET", path="/v1/bank-accounts", query=query), banking.BankAccounts)

    def list_consents(self, query: banking.OfParty | None = None) -> consents.Consents:
        """List consents given and received. 数据授权列表。"""
        return self.call(Sent(method="GET", path="/v1/consents", query=query), consents.Consents)

    def list_custody(self, query: custody.CustodyFilter | None = None) -> Page[custody.GoodsPaperView]:
        """Which goods papers name me as the one who vouches for them? 须由本方确认的货物单据。"""
        return self.call(Sent(method="GET", path="/v1/custody", query=query), Page[custody.GoodsPaperView])

    def list_decisions(self, query: portfolio.DecisionFilter | None = None) -> Page[portfolio.DecisionView]:
        """What was decided about financings, and from what? 融资决策及其依据。"""
        return self.call(Sent(method="GET", path="/v1/decisions", query=query), Page[portfolio.DecisionView])

    def list_entries(self, account_id: str, query: shapes.Paging | None = None) -> Page[accounts.EntryView]:
        """What stands on an account? 账户明细。"""
        return self.call(Sent(method="GET", path=f"/v1/accounts/{account_id}/entries", query=query), Page[accounts.EntryView])

    def list_events(self, query: events.FeedFilter | None = None) -> Page[events.EventSeen]:
        """What happened, as a feed. 事件流。"""
        return self.call(Sent(method="GET", path="/v1/events", query=query), Page[events.EventSeen])

    def list_exceptions(self, query: trade_exceptions.ExceptionFilter | None = None) -> Page[trade_exceptions.ExceptionView]:
        """Which payments could nobody explain? 待核实款项。"""
        return self.call(Sent(method="GET", path="/v1/exceptions", query=query), Page[trade_exceptions.ExceptionView])

    def list_expected_payments(self) -> settlement.Expected:
        """Which payments are expected? 预期收付款。"""
        return self.call(Sent(method="GET", path="/v1/expected-payments"), settlement.Expected)

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

    def list_issued_documents(self, query: documents_issued.IssuedFilter | None = None) -> Page[documents_issued.IssuedView]:
        """Which documents were issued to me? 已出具的文件。"""
        return self.call(Sent(method="GET", path="/v1/issued-documents", query=query), Page[documents_issued.IssuedView])

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

    def list_payouts(self, query: accounts.PayoutFilter | None = None) -> Page[accounts.PayoutView]:
        """List payments out. 付款列表。"""
        return self.call(Sent(method="GET", path="/v1/payouts", query=query), Page[accounts.PayoutView])

    def list_products(self) -> programmes.Products:
        """Which financing products are there? 金融产品目录。"""
        return self.call(Sent(method="GET", path="/v1/products"), programmes.Products)

    def list_programmes(self, query: programmes.ProgrammeFilter | None = None) -> Page[programmes.ProgrammeView]:
        """Which contract frames can I use? 可用的融资项目。"""
        return self.call(Sent(method="GET", path="/v1/programmes", query=query), Page[programmes.ProgrammeView])

    def list_rating_scales(self) -> ratings.Scales:
        """In which scales are ratings given? 可用的评级体系。"""
        return self.call(Sent(method="GET", path="/v1/rating-scales"), ratings.Scales)

    def list_ratings(self, query: shapes.Paging | None = None) -> Page[ratings.GivenRatingView]:
        """Which ratings did I give? 本方出具的评级。"""
        return self.call(Sent(method="GET", path="/v1/ratings", query=query), Page[ratings.GivenRatingView])

    def list_requests(self, query: approvals.RequestFilter | None = None) -> approvals.Requests:
        """What waits for a second pair of eyes? 待审批事项。"""
        return self.call(Sent(method="GET", path="/v1/requests", query=query), approvals.Requests)

    def list_settlement_accounts(self) -> settlement.BankAccounts:
        """To which bank accounts is paid? 平台收付款账户。"""
        return self.call(Sent(method="GET", path="/v1/settlement-accounts"), settlement.BankAccounts)

    def list_statements(self, query: statements.StatementFilter | None = None) -> Page[statements.StatementView]:
        """Which statements came in? 对账单列表。"""
        return self.call(Sent(method="GET", path="/v1/bank-statements", query=query), Page[statements.StatementView])

    def list_suspense(self) -> settlement.Suspense:
        """Which money could nobody place? 待处理款项。"""
        return self.call(Sent(method="GET", path="/v1/suspense"), settlement.Suspense)

    def list_users(self, query: people.UserFilter | None = None) -> people.Users:
        """Who acts for an enterprise? 企业人员列表。"""
        return self.call(Sent(method="GET", path="/v1/users", query=query), people.Users)

    def list_vouchers(self, query: vouchers.VoucherFilter | None = None) -> Page[vouchers_shown.VoucherView]:
        """List vouchers. 凭证列表。"""
        return self.call(Sent(method="GET", path="/v1/vouchers", query=query), Page[vouchers_shown.VoucherView])

    def list_warnings(self, query: warnings.WarningFilter | None = None) -> warnings.Warnings:
        """What goes wrong around my enterprise? 预警。"""
        return self.call(Sent(method="GET", path="/v1/warnings", query=query), warnings.Warnings)

    def list_webhook_deliveries(self, webhook_id: str, query: shapes.Paging | None = None) -> Page[events.DeliveryView]:
        """How telling an address went. Webhook 推送记录。"""
        return self.call(Sent(method="GET", path=f"/v1/webhooks/{webhook_id}/deliveries", query=query), Page[events.DeliveryView])

    def list_webhooks(self) -> events.Webhooks:
        """List your webhooks. Webhook 列表。"""
        return self.call(Sent(method="GET", path="/v1/webhooks"), events.Webhooks)

    def move_kyb(self, party_id: str, body: parties.MoveKyb, *, version: int, key: str | None = None) -> parties.PartyView:
        """Judge an enterprise: verify, reject, suspend … 审核企业：通过、拒绝、暂停等。"""
        return self.call(Sent(method="POST", path=f"/v1/parties/{party_id}/kyb/move", body=body, version=version, key=key, command=True), parties.PartyView)

    def open_financing(self, body: pools.OpenFinancing, *, key: str | None = None) -> financings.FinancingView:
        """Open a deal that begins without an application. 建立业务（资金池、托管、票据、提前付款、退税）。"""
        return self.call(Sent(method="POST", path="/v1/financings/open", body=body, key=key, command=True), financings.FinancingView)

    def pay_in_voucher(self, voucher_id: str, body: vouchers.Pay, *, key: str | None = None) -> vouchers_shown.VoucherView:
        """Put money aside for a voucher's holders. 付款人划入兑付资金。"""
        return self.call(Sent(method="POST", path=f"/v1/vouchers/{voucher_id}/pay-in", body=body, key=key, command=True), vouchers_shown.VoucherView)

    def perform_step(self, deal_id: str, step: str, body: financings_steps.DoStep, *, key: str | None = None) -> financings.FinancingView:
        """Do a step of a financing. 办理业务步骤。"""
        return self.call(Sent(method="POST", path=f"/v1/financings/{deal_id}/steps/{step}", body=body, key=key, command=True), financings.FinancingView)

    def propose_bank_account(self, body: banking.ProposeBankAccount, *, key: str | None = None) -> banking.BankAccountView:
        """Propose the account on which your enterprise is paid. 申请登记收款账户。"""
        return self.call(Sent(method="POST", path="/v1/bank-accounts", body=body, key=key, command=True), banking.BankAccountView)

    def propose_programme(self, body: programmes.ProposeProgramme, *, key: str | None = None) -> programmes.ProposedProgramme:
        """Propose a contract frame. 发起融资项目。"""
        return self.call(Sent(method="POST", path="/v1/programmes", body=body, key=key, command=True), programmes.ProposedProgramme)

    def quote_financing(self, body: financings.Apply) -> financings.QuoteView:
        """What would a claim bring, at what price, and what stands against it? 试算：可融资金额、价格及不符合的原因。"""
        return self.call(Sent(method="POST", path="/v1/financings/quote", body=body), financings.QuoteView)

    def reconcile_day(self, account_id: str, query: statements.DayQuery | None = None) -> statements.DayView:
        """Does a day add up? 当日对账。"""
        return self.call(Sent(method="GET", path=f"/v1/settlement-accounts/{account_id}/reconciliation", query=query), statements.DayView)

    def record_bank_statement(self, files: Sequence[Upload], *, key: str | None = None) -> statements.TakenView:
        """Take in a bank's statement. 导入银行对账单。"""
        return self.call(Sent(method="POST", path="/v1/bank-statements", files=files, key=key, command=True), statements.TakenView)

    def record_rating(self, body: credit.RecordRating, *, key: str | None = None) -> approvals.RequestView:
        """Send a rating of a firm. 报送企业评级。"""
        return self.call(Sent(method="POST", path="/v1/ratings", body=body, key=key, command=True), approvals.RequestView)

    def redeem_voucher(self, voucher_id: str, body: vouchers.Pay, *, key: str | None = None) -> vouchers_shown.VoucherView:
        """Pay a voucher to the holders of its leaves. 到期兑付。"""
        return self.call(Sent(method="POST", path=f"/v1/vouchers/{voucher_id}/redeem", body=body, key=key, command=True), vouchers_shown.VoucherView)

    def refuse_piece(self, piece_id: str, *, key: str | None = None) -> vouchers_shown.PieceView:
        """Refuse a piece that one is offered. 拒收份额。"""
        return self.call(Sent(method="POST", path=f"/v1/pieces/{piece_id}/refuse", key=key, command=True), vouchers_shown.PieceView)

    def refuse_voucher(self, voucher_id: str, *, key: str | None = None) -> vouchers_shown.VoucherView:
        """Refuse a voucher as its payee. 拒收凭证。"""
        return self.call(Sent(method="POST", path=f"/v1/vouchers/{voucher_id}/refuse", key=key, command=True), vouchers_shown.VoucherView)

    def reject_request(self, request_id: str, body: approvals.Reject, *, key: str | None = None) -> approvals.RequestView:
        """Reject a request. 审批拒绝。"""
        return self.call(Sent(method="POST", path=f"/v1/requests/{request_id}/reject", body=body, key=key, command=True), approvals.RequestView)

    def replay_webhook(self, webhook_id: str, event_id: str, *, key: str | None = None) -> events.WebhookView:
        """Tell an event once more. 重新推送事件。"""
        return self.call(Sent(method="POST", path=f"/v1/webhooks/{webhook_id}/deliveries/{event_id}/replay", key=key, command=True), events.WebhookView)

    def reproduce_decision(self, deal_id: str, decision: str) -> financings_steps.ReproducedView:
        """Decide again what was decided. 复现决策。"""
        return self.call(Sent(method="GET", path=f"/v1/financings/{deal_id}/decisions/{decision}"), financings_steps.ReproducedView)

    def request_step(self, deal_id: str, step: str, body: financings_steps.DoStep, *, key: str | None = None) -> asked.Asked:
        """Ask a second person for a step of a financing. 申请办理须双人复核的业务步骤。"""
        return self.call(Sent(method="POST", path=f"/v1/financings/{deal_id}/steps/{step}/requests", body=body, key=key, command=True), asked.Asked)

    def request_withdrawal(self, body: accounts_moving.Withdraw, *, key: str | None = None) -> accounts_moving.WithdrawalView:
        """Take money out to one's own bank account. 提现。"""
        return self.call(Sent(method="POST", path="/v1/withdrawals", body=body, key=key, command=True), accounts_moving.WithdrawalView)

    def reset_second_factor(self, person_id: str, body: people.ResetSecondFactor, *, key: str | None = None) -> sessions.Done:
        """Take a lost second factor from a person. 重置人员的动态验证码。"""
        return self.call(Sent(method="POST", path=f"/v1/users/{person_id}/second-factor/reset", body=body, key=key, command=True), sessions.Done)

    def resolve_exception(self, exception_id: str, body: trade_exceptions.ResolveException, *, key: str | None = None) -> trade_exceptions.ExceptionView:
        """Say what a payment settles. 核实款项归属。"""
        return self.call(Sent(method="POST", path=f"/v1/exceptions/{exception_id}/resolve", body=body, key=key, command=True), trade_exceptions.ExceptionView)

    def return_suspense(self, item_id: str, *, key: str | None = None) -> asked.Asked:
        """Send unplaced money back. 申请原路退回。"""
        return self.call(Sent(method="POST", path=f"/v1/suspense/{item_id}/return", key=key, command=True), asked.Asked)

    def reveal_personal(self, body: banking.Reveal, *, key: str | None = None) -> banking.Revealed:
        """Show a masked value in clear, for a reason that goes on the record. 查看脱敏信息原文（须填写理由并留痕）。"""
        return self.call(Sent(method="POST", path="/v1/reveals", body=body, key=key, command=True), banking.Revealed)

    def revoke_api_key(self, key_id: str, *, key: str | None = None) -> keys.ApiKeyView:
        """Revoke a key. 吊销 API 密钥。"""
        return self.call(Sent(method="DELETE", path=f"/v1/api-keys/{key_id}", key=key, command=True), keys.ApiKeyView)

    def revoke_consent(self, consent_id: str, body: consents.RevokeConsent, *, key: str | None = None) -> consents.ConsentView:
        """Take a consent back. 撤回数据授权。"""
        return self.call(Sent(method="POST", path=f"/v1/consents/{consent_id}/revoke", body=body, key=key, command=True), consents.ConsentView)

    def rotate_webhook_secret(self, webhook_id: str, *, key: str | None = None) -> events.WebhookView:
        """Replace a webhook's secret. 更换 Webhook 密钥。"""
        return self.call(Sent(method="POST", path=f"/v1/webhooks/{webhook_id}/secret", key=key, command=True), events.WebhookView)

    def run_day_end(self, body: day_end.EndDay, *, key: str | None = None) -> day_end.DayEndView:
        """End a business day. 日终处理。"""
        return self.call(Sent(method="POST", path="/v1/day-ends", body=body, key=key, command=True), day_end.DayEndView)

    def search(self, query: search.SearchQuery | None = None) -> search.Hits:
        """Search everything that you may see. 全局搜索。"""
        return self.call(Sent(method="GET", path="/v1/search", query=query), search.Hits)

    def sell_payable(self, deal_id: str, *, key: str | None = None) -> financings.AcceptedView:
        """Sell an approved payable. 转让已确认的应付账款。"""
        return self.call(Sent(method="POST", path=f"/v1/financings/{deal_id}/sell", key=key, command=True), financings.AcceptedView)

    def set_auto_trade(self, programme_id: str, body: payables.AutoTradeSaid, *, key: str | None = None) -> asked.Asked:
        """Ask for a standing order to sell. 申请自动转让。"""
        return self.call(Sent(method="POST", path=f"/v1/programmes/{programme_id}/auto-trade", body=body, key=key, command=True), asked.Asked)

    def set_sweep_rule(self, body: accounts_moving.SetRule, *, key: str | None = None) -> asked.Asked:
        """Ask for another rule of withdrawals and sweeps. 申请设定提现与归集规则。"""
        return self.call(Sent(method="POST", path="/v1/withdrawal-rule", body=body, key=key, command=True), asked.Asked)

    def settle_version(self, document_id: str, body: trade_exceptions.SettleVersion, *, key: str | None = None) -> approvals.RequestView:
        """Of contradicting versions, say which one holds. 确认互相矛盾的单据版本。"""
        return self.call(Sent(method="POST", path=f"/v1/trades/{document_id}/settle", body=body, key=key, command=True), approvals.RequestView)

    def sign_in(self, body: sessions.SignIn) -> sessions.SignedIn:
        """Sign in. 登录。"""
        return self.call(Sent(method="POST", path="/v1/sessions", body=body), sessions.SignedIn)

    def sign_out(self, *, key: str | None = None) -> sessions.Done:
        """Sign out. 退出登录。"""
        return self.call(Sent(method="DELETE", path="/v1/sessions/current", key=key, command=True), sessions.Done)

    def simulate_buyer_default(self, body: simulations.Default, *, key: str | None = None) -> financings.FinancingView:
        """Let a debtor not pay. 模拟买方违约。"""
        return self.call(Sent(method="POST", path="/v1/simulations/buyer-default", body=body, key=key, command=True), financings.FinancingView)

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

    def transfer_voucher(self, piece_id: str, body: vouchers_pieces.TransferPiece, *, key: str | None = None) -> vouchers_pieces.OfferedPiece:
        """Pass a part of a piece on to a supplier. 拆分转让给供应商。"""
        return self.call(Sent(method="POST", path=f"/v1/pieces/{piece_id}/transfer", body=body, key=key, command=True), vouchers_pieces.OfferedPiece)

    def update_party(self, party_id: str, body: parties.UpdateParty, *, version: int, key: str | None = None) -> parties.PartyView:
        """Replace the particulars of an enterprise. 更新企业信息。"""
        return self.call(Sent(method="PUT", path=f"/v1/parties/{party_id}", body=body, version=version, key=key, command=True), parties.PartyView)

    def upload_documents(self, files: Sequence[Upload], query: documents.UploadQuery | None = None, *, key: str | None = None) -> documents.Uploaded:
        """Send files: invoices, orders, receipts, statements, goods events. 上传文件：发票、订单、收货、对账单、货物事件。"""
        return self.call(Sent(method="POST", path="/v1/documents", files=files, query=query, key=key, command=True), documents.Uploaded)

    def upload_payables(self, body: payables.UploadPayables, *, key: str | None = None) -> asked.Asked:
        """Upload approved payables. 上传应付账款确认。"""
        return self.call(Sent(method="POST", path="/v1/payables", body=body, key=key, command=True), asked.Asked)

    def verify_books(self, *, key: str | None = None) -> verifications.VerifiedView:
        """Do the books hold? 核验账簿与审计日志。"""
        return self.call(Sent(method="POST", path="/v1/verifications", key=key, command=True), verifications.VerifiedView)

    def withdraw_piece(self, piece_id: str, *, key: str | None = None) -> vouchers_shown.PieceView:
        """Take back what one offered. 撤回转出。"""
        return self.call(Sent(method="POST", path=f"/v1/pieces/{piece_id}/withdraw", key=key, command=True), vouchers_shown.PieceView)

    def withdraw_request(self, request_id: str, *, key: str | None = None) -> approvals.RequestView:
        """Take a request back. 撤回申请。"""
        return self.call(Sent(method="POST", path=f"/v1/requests/{request_id}/withdraw", key=key, command=True), approvals.RequestView)
