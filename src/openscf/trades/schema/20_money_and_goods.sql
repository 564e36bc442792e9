-- Bank statements and their lines, and what happened to goods: facts of others, counted once like documents.
CREATE TABLE trades.statement (
    tenant_id     uuid NOT NULL,
    id            uuid NOT NULL,
    fingerprint   bytea NOT NULL CHECK (length(fingerprint) = 32),
    version       integer NOT NULL CHECK (version > 0),
    content       bytea NOT NULL CHECK (length(content) = 32),
    account_key   bytea NOT NULL CHECK (length(account_key) = 32),  -- keyed: the number itself is not kept
    account_mask  text NOT NULL,  -- ****1234; empty where the statement names no number
    number        text NOT NULL,
    currency      text NOT NULL,
    opening_minor bigint,
    closing_minor bigint,
    opened_on     date,
    closed_on     date,
    flags         text[] NOT NULL,
    file_id       uuid NOT NULL,
    locator       text NOT NULL,
    sender_id     uuid,
    recorded_at   timestamptz NOT NULL,
    CONSTRAINT statement_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT statement_version UNIQUE (tenant_id, fingerprint, version),
    CONSTRAINT statement_of_file FOREIGN KEY (tenant_id, file_id) REFERENCES trades.file (tenant_id, id)
);
CREATE INDEX statement_of_account ON trades.statement (tenant_id, account_key, closed_on);

-- A line is counted once even if two statements overlap, and a pending one that is booked later is the same line: it is
-- recognised by `fingerprint`, and by `waiting_as` while it is pending (see rules/bank_lines.py).
CREATE TABLE trades.statement_line (
    tenant_id        uuid NOT NULL,
    id               uuid NOT NULL,
    fingerprint      bytea NOT NULL CHECK (length(fingerprint) = 32),
    waiting_as       bytea NOT NULL CHECK (length(waiting_as) = 32),
    statement_id     uuid NOT NULL,
    ordinal          integer NOT NULL CHECK (ordinal > 0),
    account_key      bytea NOT NULL CHECK (length(account_key) = 32),
    booked_on        date,
    value_on         date,
    amount_minor     bigint NOT NULL,
    currency         text NOT NULL,
    status           text NOT NULL,
    counterparty_key text,
    remittance       text NOT NULL,
    reference        text NOT NULL,
    balance_minor    bigint,
    flags            text[] NOT NULL,
    locator          text NOT NULL,
    sender_id        uuid,
    body             jsonb NOT NULL,  -- the counterparty as written, parts, method, times
    CONSTRAINT statement_line_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT statement_line_once UNIQUE (tenant_id, fingerprint),
    CONSTRAINT statement_line_of FOREIGN KEY (tenant_id, statement_id) REFERENCES trades.statement (tenant_id, id)
);
CREATE INDEX statement_line_in ON trades.statement_line (tenant_id, statement_id, ordinal);
CREATE INDEX statement_line_waiting ON trades.statement_line (tenant_id, waiting_as);
CREATE INDEX statement_line_amount ON trades.statement_line (tenant_id, amount_minor, booked_on);

CREATE TABLE trades.goods_event (
    tenant_id   uuid NOT NULL,
    id          uuid NOT NULL,
    fingerprint bytea NOT NULL CHECK (length(fingerprint) = 32),
    kind        text NOT NULL,
    at          timestamptz NOT NULL,
    action      text,
    step        text,
    disposition text,
    place       text,
    event_id    text,
    file_id     uuid NOT NULL,
    locator     text NOT NULL,
    sender_id   uuid,
    recorded_at timestamptz NOT NULL,
    body        jsonb NOT NULL,  -- items, quantities, documents, sources, destinations, corrections
    CONSTRAINT goods_event_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT goods_event_once UNIQUE (tenant_id, fingerprint),
    CONSTRAINT goods_event_of_file FOREIGN KEY (tenant_id, file_id) REFERENCES trades.file (tenant_id, id)
);
CREATE INDEX goods_event_at ON trades.goods_event (tenant_id, at);

ALTER TABLE trades.statement ENABLE ROW LEVEL SECURITY;
ALTER TABLE trades.statement FORCE ROW LEVEL SECURITY;
ALTER TABLE trades.statement_line ENABLE ROW LEVEL SECURITY;
ALTER TABLE trades.statement_line FORCE ROW LEVEL SECURITY;
ALTER TABLE trades.goods_event ENABLE ROW LEVEL SECURITY;
ALTER TABLE trades.goods_event FORCE ROW LEVEL SECURITY;
CREATE POLICY statement_house ON trades.statement FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY statement_read ON trades.statement FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY statement_own ON trades.statement FOR SELECT TO openscf_member
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
           AND sender_id = nullif(current_setting('app.member', true), '')::uuid);
CREATE POLICY statement_line_house ON trades.statement_line FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY statement_line_read ON trades.statement_line FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY statement_line_own ON trades.statement_line FOR SELECT TO openscf_member
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
           AND sender_id = nullif(current_setting('app.member', true), '')::uuid);
CREATE POLICY goods_event_house ON trades.goods_event FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY goods_event_read ON trades.goods_event FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY goods_event_own ON trades.goods_event FOR SELECT TO openscf_member
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
           AND sender_id = nullif(current_setting('app.member', true), '')::uuid);
GRANT SELECT, INSERT ON trades.statement, trades.statement_line, trades.goods_event TO openscf_app;
-- A pending line becomes what its booking says; nothing else of it ever changes.
GRANT UPDATE (fingerprint, waiting_as, statement_id, ordinal, booked_on, value_on, status, counterparty_key, remittance,
    reference, balance_minor, flags, locator, sender_id, body) ON trades.statement_line TO openscf_app;
GRANT SELECT ON trades.statement, trades.statement_line, trades.goods_event TO openscf_read, openscf_member;
