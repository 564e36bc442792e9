-- Payables that an anchor approved: by two of its persons, in a batch. One identity, one payable: the key decides between
-- two batches that name the same invoice; it passes to another deal only when the first one was cancelled.
CREATE TABLE financing.payable (
    tenant_id    uuid        NOT NULL,
    fingerprint  bytea       NOT NULL CHECK (length(fingerprint) = 32),
    programme_id uuid        NOT NULL,
    deal_id      uuid        NOT NULL,
    request_id   uuid        NOT NULL,
    line         integer     NOT NULL CHECK (line > 0),
    approved_at  timestamptz NOT NULL,
    CONSTRAINT payable_pkey PRIMARY KEY (tenant_id, fingerprint),
    CONSTRAINT payable_programme FOREIGN KEY (tenant_id, programme_id) REFERENCES financing.programme (tenant_id, id),
    CONSTRAINT payable_deal FOREIGN KEY (tenant_id, deal_id) REFERENCES financing.deal (tenant_id, id)
);
CREATE INDEX payable_of_programme ON financing.payable (tenant_id, programme_id);

-- A supplier's standing order to sell what is approved, per programme; two of its persons approved the rule.
CREATE TABLE financing.auto_trade (
    tenant_id    uuid        NOT NULL,
    programme_id uuid        NOT NULL,
    client_id    uuid        NOT NULL,
    rule         text        NOT NULL,  -- canonical JSON
    set_at       timestamptz NOT NULL,
    CONSTRAINT auto_trade_pkey PRIMARY KEY (tenant_id, programme_id, client_id),
    CONSTRAINT auto_trade_under FOREIGN KEY (tenant_id, programme_id) REFERENCES financing.programme (tenant_id, id)
);

-- What was owed on a day is read from all deals of a programme, not only from the open ones.
CREATE INDEX deal_of_programme ON financing.deal (tenant_id, programme_id);

ALTER TABLE financing.payable ENABLE ROW LEVEL SECURITY;
ALTER TABLE financing.payable FORCE ROW LEVEL SECURITY;
ALTER TABLE financing.auto_trade ENABLE ROW LEVEL SECURITY;
ALTER TABLE financing.auto_trade FORCE ROW LEVEL SECURITY;
CREATE POLICY payable_house ON financing.payable FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY payable_read ON financing.payable FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY auto_trade_house ON financing.auto_trade FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY auto_trade_read ON financing.auto_trade FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY auto_trade_own ON financing.auto_trade FOR SELECT TO openscf_member
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
           AND client_id = nullif(current_setting('app.member', true), '')::uuid);
GRANT SELECT, INSERT ON financing.payable, financing.auto_trade TO openscf_app;
GRANT UPDATE (programme_id, deal_id, request_id, line, approved_at) ON financing.payable TO openscf_app;
GRANT UPDATE (rule, set_at) ON financing.auto_trade TO openscf_app;
GRANT SELECT ON financing.payable, financing.auto_trade TO openscf_read;
GRANT SELECT ON financing.auto_trade TO openscf_member;
