-- Matching takes turns within a tenant: whoever holds the row sees all that others committed, and nobody matches past him.
CREATE TABLE trades.matching_turn (
    tenant_id uuid PRIMARY KEY REFERENCES platform.tenant (id)
);

-- Accounts at banks of which the platform itself keeps the books: what a line from or to one of them settles is said by
-- those books, and guessed by no rule.
CREATE TABLE trades.house_account (
    tenant_id uuid NOT NULL REFERENCES platform.tenant (id),
    number    text NOT NULL CHECK (number <> ''),
    CONSTRAINT house_account_pkey PRIMARY KEY (tenant_id, number)
);

-- Money that came in, as bank lines say it once they are booked; a collective booking is taken apart. Or as a deal's books
-- say it: then there is no line (`told_payment`).
CREATE TABLE trades.payment (
    tenant_id    uuid NOT NULL,
    id           uuid NOT NULL,
    key          text NOT NULL CHECK (key <> ''),  -- what its line is recognised by, and which part of it
    line_id      uuid,
    house        boolean NOT NULL,  -- from or to an account of the platform itself
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    currency     text NOT NULL,
    day          text NOT NULL,
    text         text NOT NULL,
    payer        jsonb,
    payee        jsonb NOT NULL,
    sender_id    uuid,
    CONSTRAINT payment_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT payment_once UNIQUE (tenant_id, key),
    CONSTRAINT payment_of FOREIGN KEY (tenant_id, line_id) REFERENCES trades.statement_line (tenant_id, id)
);
CREATE TABLE trades.payment_link (
    tenant_id  uuid NOT NULL,
    link       text NOT NULL,
    payment_id uuid NOT NULL,
    CONSTRAINT payment_link_pkey PRIMARY KEY (tenant_id, link, payment_id),
    CONSTRAINT payment_link_of FOREIGN KEY (tenant_id, payment_id) REFERENCES trades.payment (tenant_id, id)
);

-- What a payment settles, and why; each change is another version. `rule` decides unless a person did: then it stays. So
-- does what a deal's books said (`booked`), and what is theirs to say (`passed`).
CREATE TABLE trades.reconciliation (
    tenant_id  uuid NOT NULL,
    payment_id uuid NOT NULL,
    version    integer NOT NULL CHECK (version > 0),
    current    boolean NOT NULL,
    decided    text NOT NULL CHECK (decided IN ('rule', 'hand', 'fixed', 'booked', 'passed')),
    left_minor bigint NOT NULL CHECK (left_minor >= 0),  -- what of it is unexplained
    result     text NOT NULL,
    matched_at timestamptz NOT NULL,
    CONSTRAINT reconciliation_pkey PRIMARY KEY (tenant_id, payment_id, version),
    CONSTRAINT reconciliation_of FOREIGN KEY (tenant_id, payment_id) REFERENCES trades.payment (tenant_id, id)
);
CREATE UNIQUE INDEX reconciliation_current ON trades.reconciliation (tenant_id, payment_id) WHERE current;
CREATE TABLE trades.share (
    tenant_id    uuid NOT NULL,
    payment_id   uuid NOT NULL,
    version      integer NOT NULL,
    fingerprint  bytea NOT NULL CHECK (length(fingerprint) = 32),
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    CONSTRAINT share_pkey PRIMARY KEY (tenant_id, payment_id, version, fingerprint),
    CONSTRAINT share_of FOREIGN KEY (tenant_id, payment_id, version)
        REFERENCES trades.reconciliation (tenant_id, payment_id, version)
);
CREATE INDEX share_on ON trades.share (tenant_id, fingerprint);

-- What events of deals and vouchers say was paid on invoices: `paid` for the debtor, `forgiven` by the creditor (a discount
-- for paying early), or `own`: the creditor's own money, which settles nothing. Placed once, in the transaction that told it.
CREATE TABLE trades.told_payment (
    tenant_id    uuid NOT NULL,
    subject      text NOT NULL CHECK (subject <> ''),
    version      integer NOT NULL CHECK (version > 0),
    fingerprint  bytea NOT NULL CHECK (length(fingerprint) = 32),
    what         text NOT NULL CHECK (what IN ('paid', 'forgiven', 'own')),
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    currency     text NOT NULL,
    paid_on      date NOT NULL,
    payer        jsonb,
    payment_id   uuid,  -- none until the end of that transaction
    returned     boolean NOT NULL DEFAULT false,  -- a bank took the money back: it settles nothing any more
    CONSTRAINT told_payment_pkey PRIMARY KEY (tenant_id, subject, version, fingerprint, what),
    CONSTRAINT told_payment_placed FOREIGN KEY (tenant_id, payment_id) REFERENCES trades.payment (tenant_id, id)
);
CREATE INDEX told_payment_returned ON trades.told_payment (tenant_id, subject) WHERE returned;
CREATE INDEX told_payment_waiting ON trades.told_payment (tenant_id) WHERE payment_id IS NULL;

-- What of a payment nobody could explain waits here for a person. One may be open for each payment.
CREATE TABLE trades.exception (
    tenant_id    uuid NOT NULL,
    id           uuid NOT NULL,
    payment_id   uuid NOT NULL,
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    currency     text NOT NULL,
    reason       text NOT NULL,
    params       jsonb NOT NULL,
    candidates   bytea[] NOT NULL,
    state        text NOT NULL CHECK (state IN ('open', 'resolved', 'dismissed')),
    opened_at    timestamptz NOT NULL,
    decided_at   timestamptz,
    decided_by   text,
    why          text,
    sender_id    uuid,
    CONSTRAINT exception_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT exception_of FOREIGN KEY (tenant_id, payment_id) REFERENCES trades.payment (tenant_id, id),
    CONSTRAINT exception_decided CHECK ((state = 'open') = (decided_at IS NULL) AND (state = 'open') = (decided_by IS NULL))
);
CREATE UNIQUE INDEX exception_open ON trades.exception (tenant_id, payment_id) WHERE state = 'open';
CREATE INDEX exception_state ON trades.exception (tenant_id, state, id);

ALTER TABLE trades.matching_turn ENABLE ROW LEVEL SECURITY;
ALTER TABLE trades.matching_turn FORCE ROW LEVEL SECURITY;
ALTER TABLE trades.house_account ENABLE ROW LEVEL SECURITY;
ALTER TABLE trades.house_account FORCE ROW LEVEL SECURITY;
ALTER TABLE trades.told_payment ENABLE ROW LEVEL SECURITY;
ALTER TABLE trades.told_payment FORCE ROW LEVEL SECURITY;
ALTER TABLE trades.payment ENABLE ROW LEVEL SECURITY;
ALTER TABLE trades.payment FORCE ROW LEVEL SECURITY;
ALTER TABLE trades.payment_link ENABLE ROW LEVEL SECURITY;
ALTER TABLE trades.payment_link FORCE ROW LEVEL SECURITY;
ALTER TABLE trades.reconciliation ENABLE ROW LEVEL SECURITY;
ALTER TABLE trades.reconciliation FORCE ROW LEVEL SECURITY;
ALTER TABLE trades.share ENABLE ROW LEVEL SECURITY;
ALTER TABLE trades.share FORCE ROW LEVEL SECURITY;
ALTER TABLE trades.exception ENABLE ROW LEVEL SECURITY;
ALTER TABLE trades.exception FORCE ROW LEVEL SECURITY;
CREATE POLICY matching_turn_house ON trades.matching_turn FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY house_account_house ON trades.house_account FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY house_account_read ON trades.house_account FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY told_payment_house ON trades.told_payment FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY told_payment_read ON trades.told_payment FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY payment_house ON trades.payment FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY payment_read ON trades.payment FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY payment_own ON trades.payment FOR SELECT TO openscf_member
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
           AND sender_id = nullif(current_setting('app.member', true), '')::uuid);
CREATE POLICY payment_link_house ON trades.payment_link FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY payment_link_read ON trades.payment_link FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY reconciliation_house ON trades.reconciliation FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY reconciliation_read ON trades.reconciliation FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY share_house ON trades.share FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY share_read ON trades.share FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY exception_house ON trades.exception FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY exception_read ON trades.exception FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
GRANT SELECT, INSERT ON trades.matching_turn, trades.house_account, trades.payment, trades.payment_link,
    trades.reconciliation, trades.share, trades.told_payment, trades.exception TO openscf_app;
GRANT UPDATE (payment_id, returned) ON trades.told_payment TO openscf_app;
GRANT UPDATE (tenant_id) ON trades.matching_turn TO openscf_app;  -- without the right to update nobody may lock
GRANT UPDATE (current) ON trades.reconciliation TO openscf_app;
GRANT UPDATE (amount_minor, reason, params, candidates, state, decided_at, decided_by, why) ON trades.exception
    TO openscf_app;
GRANT SELECT ON trades.house_account, trades.payment, trades.payment_link, trades.reconciliation, trades.share,
    trades.told_payment, trades.exception TO openscf_read;
GRANT SELECT ON trades.payment TO openscf_member;
