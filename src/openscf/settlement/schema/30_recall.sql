-- A bank takes back what it had credited: the debit (an item of the unplaced that is `out`) and the line that it takes back.
-- What still lay here went at once; what was passed on is owed by whoever received it, share by share. Append-only but for
-- what is given back.
CREATE TABLE settlement.recall (
    tenant_id    uuid NOT NULL,
    id           uuid NOT NULL,
    item_id      uuid NOT NULL,
    line_id      uuid NOT NULL,
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    direct_minor bigint NOT NULL CHECK (direct_minor BETWEEN 0 AND amount_minor),
    made_at      timestamptz NOT NULL,
    CONSTRAINT recall_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT recall_of_item UNIQUE (tenant_id, item_id),
    CONSTRAINT recall_once UNIQUE (tenant_id, line_id),
    CONSTRAINT recall_item FOREIGN KEY (tenant_id, item_id) REFERENCES settlement.suspense (tenant_id, id),
    CONSTRAINT recall_line FOREIGN KEY (tenant_id, line_id) REFERENCES settlement.line (tenant_id, id)
);

CREATE TABLE settlement.recall_receipt (
    tenant_id  uuid NOT NULL,
    receipt_id uuid NOT NULL,
    recall_id  uuid NOT NULL,
    direct     boolean NOT NULL,  -- it lay in its pocket still, and is expected again
    CONSTRAINT recall_receipt_pkey PRIMARY KEY (tenant_id, receipt_id),
    CONSTRAINT recall_receipt_of FOREIGN KEY (tenant_id, recall_id) REFERENCES settlement.recall (tenant_id, id),
    CONSTRAINT recall_receipt_is FOREIGN KEY (tenant_id, receipt_id) REFERENCES settlement.receipt (tenant_id, id)
);

CREATE TABLE settlement.recall_share (
    tenant_id      uuid NOT NULL,
    recall_id      uuid NOT NULL,
    ordinal        integer NOT NULL CHECK (ordinal > 0),
    receipt_id     uuid NOT NULL,
    party_id       uuid NOT NULL,
    ledger_id      uuid NOT NULL,   -- the pocket that received it, and that it comes back from
    share_minor    bigint NOT NULL CHECK (share_minor > 0),
    given_minor    bigint NOT NULL DEFAULT 0 CHECK (given_minor BETWEEN 0 AND share_minor),
    expectation_id uuid,            -- what the payer owes for it again; none where it was the payer's own money
    CONSTRAINT recall_share_pkey PRIMARY KEY (tenant_id, recall_id, ordinal),
    CONSTRAINT recall_share_of FOREIGN KEY (tenant_id, recall_id) REFERENCES settlement.recall (tenant_id, id)
);
CREATE INDEX recall_share_open ON settlement.recall_share (tenant_id, party_id) WHERE given_minor < share_minor;

ALTER TABLE settlement.recall ENABLE ROW LEVEL SECURITY;
ALTER TABLE settlement.recall FORCE ROW LEVEL SECURITY;
ALTER TABLE settlement.recall_receipt ENABLE ROW LEVEL SECURITY;
ALTER TABLE settlement.recall_receipt FORCE ROW LEVEL SECURITY;
ALTER TABLE settlement.recall_share ENABLE ROW LEVEL SECURITY;
ALTER TABLE settlement.recall_share FORCE ROW LEVEL SECURITY;
CREATE POLICY recall_house ON settlement.recall FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY recall_read ON settlement.recall FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY recall_receipt_house ON settlement.recall_receipt FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY recall_receipt_read ON settlement.recall_receipt FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY recall_share_house ON settlement.recall_share FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY recall_share_read ON settlement.recall_share FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
GRANT SELECT, INSERT ON settlement.recall, settlement.recall_receipt, settlement.recall_share TO openscf_app;
GRANT UPDATE (given_minor) ON settlement.recall_share TO openscf_app;
GRANT SELECT ON settlement.recall, settlement.recall_receipt, settlement.recall_share TO openscf_read;
