-- The ledger: units, accounts, transfers, holds. One row per transfer carries both balances after it; the two entries
-- of double-entry bookkeeping are a view of it (measured: twice as fast as a table of entries with its indexes).
CREATE SCHEMA ledger;
GRANT USAGE ON SCHEMA ledger TO openscf_app, openscf_read, openscf_member;

-- What a balance is counted in: a currency, one voucher issue, one kind of goods, headroom under a limit.
CREATE TABLE ledger.unit (
    tenant_id uuid     NOT NULL REFERENCES platform.tenant,
    code      text     NOT NULL CHECK (code <> '' AND length(code) <= 64),
    kind      text     NOT NULL CHECK (kind IN ('currency', 'voucher', 'goods', 'limit')),
    scale     smallint NOT NULL CHECK (scale BETWEEN 0 AND 9),
    PRIMARY KEY (tenant_id, code)
);

-- The day up to which the books are closed; nothing posts into a closed day (invariant I15).
CREATE TABLE ledger.book (
    tenant_id      uuid NOT NULL REFERENCES platform.tenant,
    closed_through date NOT NULL,
    PRIMARY KEY (tenant_id)
);

-- posted = credits - debits. floor and ceiling, where given, bound what the balance may become, holds included:
-- posted - held_out >= floor (I4), posted + held_in <= ceiling. The checks repeat what ledger.post refuses by name.
CREATE TABLE ledger.account (
    tenant_id      uuid        NOT NULL,
    id             uuid        NOT NULL,
    owner_id       uuid        NOT NULL,
    posted_minor   bigint      NOT NULL DEFAULT 0,
    held_out_minor bigint      NOT NULL DEFAULT 0 CHECK (held_out_minor >= 0),
    held_in_minor  bigint      NOT NULL DEFAULT 0 CHECK (held_in_minor >= 0),
    floor_minor    bigint,
    ceiling_minor  bigint,
    version        bigint      NOT NULL DEFAULT 0,
    touched_at     timestamptz NOT NULL,
    state          smallint    NOT NULL DEFAULT 1 CHECK (state IN (1, 2, 3)),  -- open, frozen, closed
    unit           text        NOT NULL,  -- no foreign key: it would be checked again at every second posting of a transaction
    purpose        text        NOT NULL CHECK (purpose <> ''),
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT account_floor CHECK (posted_minor - held_out_minor >= floor_minor),
    CONSTRAINT account_ceiling CHECK (posted_minor + held_in_minor <= ceiling_minor)
) WITH (fillfactor = 50);  -- room on the page, so that an update of a balance touches no index (HOT)
CREATE INDEX account_owner ON ledger.account (tenant_id, owner_id, unit, purpose);

CREATE TABLE ledger.transfer (
    tenant_id          uuid        NOT NULL,
    id                 uuid        NOT NULL,
    debit_id           uuid        NOT NULL,
    credit_id          uuid        NOT NULL,
    audit_id           uuid        NOT NULL,
    amount_minor       bigint      NOT NULL CHECK (amount_minor > 0),
    debit_after_minor  bigint      NOT NULL,
    credit_after_minor bigint      NOT NULL,
    debit_version      bigint      NOT NULL,
    credit_version     bigint      NOT NULL,
    at                 timestamptz NOT NULL,
    value_on           date        NOT NULL,
    kind               smallint    NOT NULL CHECK (kind BETWEEN 1 AND 6),
    reason             text        NOT NULL CHECK (reason <> '' AND octet_length(reason) = length(reason)),  -- ASCII: one spelling
    ref_id             uuid,        -- the hold that this one ends, or the transfer that it reverses
    subject_id         uuid,        -- the deal or document that it belongs to
    expires_at         timestamptz, -- of a hold
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX transfer_debit ON ledger.transfer (debit_id, debit_version);
CREATE INDEX transfer_credit ON ledger.transfer (credit_id, credit_version);
CREATE UNIQUE INDEX transfer_reversed_once ON ledger.transfer (tenant_id, ref_id) WHERE kind = 6;

-- The state of each hold: what may still be posted. The transfer rows of kinds 2 to 5 are its history.
CREATE TABLE ledger.hold (
    tenant_id    uuid     NOT NULL,
    id           uuid     NOT NULL,  -- of the transfer that made it
    debit_id     uuid     NOT NULL,
    credit_id    uuid     NOT NULL,
    amount_minor bigint   NOT NULL CHECK (amount_minor > 0),
    posted_minor bigint   NOT NULL DEFAULT 0 CHECK (posted_minor BETWEEN 0 AND amount_minor),
    state        smallint NOT NULL DEFAULT 1 CHECK (state IN (1, 2, 3, 4)),  -- open, posted, voided, expired
    expires_at   timestamptz,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX hold_due ON ledger.hold (tenant_id, expires_at) WHERE state = 1 AND expires_at IS NOT NULL;
CREATE INDEX hold_open ON ledger.hold (tenant_id, debit_id) WHERE state = 1;

-- Ids that were refused for a reason that may pass (no cover, say): they stay refused, so that a client that gave up
-- on an answer can never be surprised by its request succeeding later.
CREATE TABLE ledger.failed_transfer (
    tenant_id uuid        NOT NULL,
    id        uuid        NOT NULL,
    code      smallint    NOT NULL,
    at        timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

ALTER TABLE ledger.unit ENABLE ROW LEVEL SECURITY;
ALTER TABLE ledger.unit FORCE ROW LEVEL SECURITY;
ALTER TABLE ledger.book ENABLE ROW LEVEL SECURITY;
ALTER TABLE ledger.book FORCE ROW LEVEL SECURITY;
ALTER TABLE ledger.account ENABLE ROW LEVEL SECURITY;
ALTER TABLE ledger.account FORCE ROW LEVEL SECURITY;
ALTER TABLE ledger.transfer ENABLE ROW LEVEL SECURITY;
ALTER TABLE ledger.transfer FORCE ROW LEVEL SECURITY;
ALTER TABLE ledger.hold ENABLE ROW LEVEL SECURITY;
ALTER TABLE ledger.hold FORCE ROW LEVEL SECURITY;
ALTER TABLE ledger.failed_transfer ENABLE ROW LEVEL SECURITY;
ALTER TABLE ledger.failed_transfer FORCE ROW LEVEL SECURITY;

CREATE POLICY unit_tenant ON ledger.unit TO openscf_app, openscf_read, openscf_member
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY book_tenant ON ledger.book TO openscf_app, openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY account_tenant ON ledger.account TO openscf_app, openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
-- A member sees its own accounts. It reads no transfers directly: each row also carries the other side's balance.
CREATE POLICY account_member ON ledger.account FOR SELECT TO openscf_member
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
           AND owner_id = nullif(current_setting('app.member', true), '')::uuid);
CREATE POLICY transfer_tenant ON ledger.transfer TO openscf_app, openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY hold_tenant ON ledger.hold TO openscf_app, openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY failed_tenant ON ledger.failed_transfer TO openscf_app, openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);

GRANT SELECT ON ALL TABLES IN SCHEMA ledger TO openscf_app, openscf_read;
GRANT SELECT ON ledger.unit, ledger.account TO openscf_member;
GRANT INSERT ON ledger.unit, ledger.book, ledger.account, ledger.transfer, ledger.hold, ledger.failed_transfer TO openscf_app;
GRANT UPDATE (posted_minor, held_out_minor, held_in_minor, version, touched_at, state) ON ledger.account TO openscf_app;
GRANT UPDATE (state, posted_minor) ON ledger.hold TO openscf_app;
GRANT UPDATE (closed_through) ON ledger.book TO openscf_app;

-- Append-only (I5): beside the missing privileges, a guard that also stops an owner's slip. It fires per statement and
-- never for an INSERT, so posting pays nothing for it; a distributed server that knows no triggers goes without.
CREATE FUNCTION ledger.refuse_rewriting() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    RAISE EXCEPTION 'ledger.% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.transfer
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_rewriting();

-- The entries of double-entry bookkeeping: two per transfer that moves a balance (holds move none until posted).
CREATE VIEW ledger.entry WITH (security_invoker = true) AS
SELECT tenant_id, debit_id AS account_id, debit_version AS version, id AS transfer_id, credit_id AS other_id, at, value_on,
       kind, reason, subject_id, -amount_minor AS amount_minor, debit_after_minor AS balance_minor
  FROM ledger.transfer WHERE kind IN (1, 3, 6)
UNION ALL
SELECT tenant_id, credit_id, credit_version, id, debit_id, at, value_on, kind, reason, subject_id, amount_minor, credit_after_minor
  FROM ledger.transfer WHERE kind IN (1, 3, 6);
GRANT SELECT ON ledger.entry TO openscf_app, openscf_read;
