-- What the banks said, what was expected, and what nobody could place. A line is booked once: its fingerprint is unique in
-- its account, and what it was used for adds up to its amount (I16).
CREATE TABLE settlement.statement (
    tenant_id     uuid NOT NULL,
    id            uuid NOT NULL,
    account_id    uuid NOT NULL,
    identity      bytea NOT NULL CHECK (length(identity) = 32),
    content       bytea NOT NULL CHECK (length(content) = 32),
    number        text NOT NULL,
    opened_on     date,
    closed_on     date NOT NULL,
    opening_minor bigint NOT NULL,
    closing_minor bigint NOT NULL,
    state         text NOT NULL CHECK (state IN ('parked', 'booked', 'dropped')),
    reason        text NOT NULL DEFAULT '',
    body          text NOT NULL,  -- canonical JSON of all that it says
    taken_at      timestamptz NOT NULL,
    booked_at     timestamptz,
    CONSTRAINT statement_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT statement_once UNIQUE (tenant_id, account_id, identity),
    CONSTRAINT statement_booked CHECK ((state = 'booked') = (booked_at IS NOT NULL)),
    CONSTRAINT statement_of FOREIGN KEY (tenant_id, account_id) REFERENCES settlement.account (tenant_id, id)
);
CREATE INDEX statement_parked ON settlement.statement (tenant_id, account_id, closed_on) WHERE state = 'parked';
CREATE INDEX statement_by_day ON settlement.statement (tenant_id, account_id, closed_on, booked_at);

CREATE TABLE settlement.line (
    tenant_id    uuid NOT NULL,
    id           uuid NOT NULL,
    statement_id uuid NOT NULL,
    account_id   uuid NOT NULL,
    ordinal      integer NOT NULL CHECK (ordinal > 0),
    fingerprint  text NOT NULL,
    amount_minor bigint NOT NULL CHECK (amount_minor <> 0),
    booked_on    date NOT NULL,
    value_on     date NOT NULL,
    reference    text NOT NULL,
    remittance   text NOT NULL,
    other        text NOT NULL,  -- canonical JSON: the other side as the bank names it
    CONSTRAINT line_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT line_once UNIQUE (tenant_id, account_id, fingerprint),
    CONSTRAINT line_in FOREIGN KEY (tenant_id, statement_id) REFERENCES settlement.statement (tenant_id, id)
);
CREATE INDEX line_of ON settlement.line (tenant_id, statement_id, ordinal);

-- What a line was used for when it was booked; the parts of a line add up to it.
CREATE TABLE settlement.line_use (
    tenant_id    uuid NOT NULL,
    line_id      uuid NOT NULL,
    ordinal      integer NOT NULL CHECK (ordinal > 0),
    purpose      text NOT NULL CHECK (purpose IN ('payout', 'return', 'receipt', 'suspense', 'unexplained')),
    subject_id   uuid NOT NULL,  -- the payout, the receipt, the suspense item
    amount_minor bigint NOT NULL CHECK (amount_minor <> 0),
    transfer_id  uuid NOT NULL,
    CONSTRAINT line_use_pkey PRIMARY KEY (tenant_id, line_id, ordinal),
    CONSTRAINT line_use_of FOREIGN KEY (tenant_id, line_id) REFERENCES settlement.line (tenant_id, id)
);
CREATE UNIQUE INDEX line_use_ends_once ON settlement.line_use (tenant_id, purpose, subject_id);

CREATE TABLE settlement.expectation (
    tenant_id      uuid NOT NULL,
    id             uuid NOT NULL,
    account_id     uuid NOT NULL,
    deliver_to     uuid NOT NULL,  -- the pocket that the money is for
    obligor_id     uuid NOT NULL,
    payer          text NOT NULL,  -- canonical JSON: how a bank would name the obligor
    numbers        text[] NOT NULL,
    currency       text NOT NULL,
    amount_minor   bigint NOT NULL CHECK (amount_minor > 0),
    received_minor bigint NOT NULL DEFAULT 0 CHECK (received_minor BETWEEN 0 AND amount_minor),
    due_on         date NOT NULL,
    subject_id     uuid,
    subject        text NOT NULL,
    state          text NOT NULL CHECK (state IN ('open', 'received', 'cancelled')),
    made_at        timestamptz NOT NULL,
    CONSTRAINT expectation_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT expectation_pocket FOREIGN KEY (tenant_id, deliver_to) REFERENCES settlement.pocket (tenant_id, ledger_id),
    CONSTRAINT expectation_received CHECK (state <> 'received' OR received_minor = amount_minor)
);
CREATE INDEX expectation_open ON settlement.expectation (tenant_id, account_id, due_on) WHERE state = 'open';
CREATE INDEX expectation_of_subject ON settlement.expectation (tenant_id, subject);

CREATE TABLE settlement.receipt (
    tenant_id      uuid NOT NULL,
    id             uuid NOT NULL,
    expectation_id uuid NOT NULL,
    line_id        uuid NOT NULL,
    amount_minor   bigint NOT NULL CHECK (amount_minor > 0),
    value_on       date NOT NULL,
    rule           text NOT NULL CHECK (rule IN ('reference', 'amount', 'sum', 'part', 'hand')),
    explanation    text NOT NULL,  -- canonical JSON: the reasons
    transfer_id    uuid NOT NULL,
    waits          text NOT NULL DEFAULT '',  -- why its deal could not share it out yet: the refusal's code
    made_at        timestamptz NOT NULL,
    CONSTRAINT receipt_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT receipt_for FOREIGN KEY (tenant_id, expectation_id) REFERENCES settlement.expectation (tenant_id, id),
    CONSTRAINT receipt_from FOREIGN KEY (tenant_id, line_id) REFERENCES settlement.line (tenant_id, id)
);
CREATE INDEX receipt_of ON settlement.receipt (tenant_id, expectation_id);
CREATE INDEX receipt_waiting ON settlement.receipt (tenant_id, made_at) WHERE waits <> '';

-- Money that nobody could place: `in` waits in the suspense account, `out` was taken by the bank without our order.
CREATE TABLE settlement.suspense (
    tenant_id    uuid NOT NULL,
    id           uuid NOT NULL,
    account_id   uuid NOT NULL,
    line_id      uuid NOT NULL,
    side         text NOT NULL CHECK (side IN ('in', 'out')),
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    open_minor   bigint NOT NULL CHECK (open_minor BETWEEN 0 AND amount_minor),
    reason       text NOT NULL CHECK (reason <> ''),
    facts        text NOT NULL,  -- canonical JSON: what the reason's sentence speaks of
    candidates   uuid[] NOT NULL,
    made_at      timestamptz NOT NULL,
    CONSTRAINT suspense_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT suspense_from FOREIGN KEY (tenant_id, line_id) REFERENCES settlement.line (tenant_id, id)
);
CREATE INDEX suspense_open ON settlement.suspense (tenant_id, made_at) WHERE open_minor > 0;

ALTER TABLE settlement.statement ENABLE ROW LEVEL SECURITY;
ALTER TABLE settlement.statement FORCE ROW LEVEL SECURITY;
ALTER TABLE settlement.line ENABLE ROW LEVEL SECURITY;
ALTER TABLE settlement.line FORCE ROW LEVEL SECURITY;
ALTER TABLE settlement.line_use ENABLE ROW LEVEL SECURITY;
ALTER TABLE settlement.line_use FORCE ROW LEVEL SECURITY;
ALTER TABLE settlement.expectation ENABLE ROW LEVEL SECURITY;
ALTER TABLE settlement.expectation FORCE ROW LEVEL SECURITY;
ALTER TABLE settlement.receipt ENABLE ROW LEVEL SECURITY;
ALTER TABLE settlement.receipt FORCE ROW LEVEL SECURITY;
ALTER TABLE settlement.suspense ENABLE ROW LEVEL SECURITY;
ALTER TABLE settlement.suspense FORCE ROW LEVEL SECURITY;
CREATE POLICY statement_house ON settlement.statement FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY statement_read ON settlement.statement FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY line_house ON settlement.line FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY line_read ON settlement.line FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY line_use_house ON settlement.line_use FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY line_use_read ON settlement.line_use FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY expectation_house ON settlement.expectation FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY expectation_read ON settlement.expectation FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY expectation_own ON settlement.expectation FOR SELECT TO openscf_member
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
           AND EXISTS (SELECT FROM settlement.pocket p
                       WHERE p.tenant_id = expectation.tenant_id AND p.ledger_id = expectation.deliver_to));
CREATE POLICY receipt_house ON settlement.receipt FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY receipt_read ON settlement.receipt FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY receipt_own ON settlement.receipt FOR SELECT TO openscf_member
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
           AND EXISTS (SELECT FROM settlement.expectation e
                       WHERE e.tenant_id = receipt.tenant_id AND e.id = receipt.expectation_id));
CREATE POLICY suspense_house ON settlement.suspense FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY suspense_read ON settlement.suspense FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
GRANT SELECT, INSERT ON settlement.statement, settlement.line, settlement.line_use, settlement.expectation,
    settlement.receipt, settlement.suspense TO openscf_app;
GRANT UPDATE (state, reason, booked_at) ON settlement.statement TO openscf_app;
GRANT UPDATE (received_minor, state) ON settlement.expectation TO openscf_app;
GRANT UPDATE (waits) ON settlement.receipt TO openscf_app;
GRANT UPDATE (open_minor) ON settlement.suspense TO openscf_app;
GRANT SELECT ON settlement.statement, settlement.line, settlement.line_use, settlement.expectation, settlement.receipt,
    settlement.suspense TO openscf_read;
GRANT SELECT ON settlement.expectation, settlement.receipt TO openscf_member;
