-- Money between the platform's books and the banks. An account at a bank is mirrored by a ledger account; what it holds
-- belongs to the parties' pockets, to what is under way, or to nobody yet. Ledger balances live in the ledger; here stands
-- which of its accounts lie in which bank account, and what the bank said.
CREATE SCHEMA settlement;
GRANT USAGE ON SCHEMA settlement TO openscf_app, openscf_read, openscf_member;

-- An account at a bank. `closing_minor` and `closed_on` are those of the last booked statement; the row's lock puts the
-- statements of an account in a line.
CREATE TABLE settlement.account (
    tenant_id     uuid NOT NULL REFERENCES platform.tenant,
    id            uuid NOT NULL,
    kind          text NOT NULL CHECK (kind IN ('escrow', 'collection')),
    owner_id      uuid NOT NULL,
    holder_name   text NOT NULL CHECK (holder_name <> ''),
    bank_code     text NOT NULL CHECK (bank_code <> ''),
    number        text NOT NULL CHECK (number <> ''),
    currency      text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    bank_id       uuid NOT NULL,  -- ledger accounts: the bank's mirror (no floor), under way, unplaced in, unplaced out
    transit_id    uuid NOT NULL,
    suspense_id   uuid NOT NULL,
    unexplained_id uuid NOT NULL,
    closing_minor bigint NOT NULL DEFAULT 0,
    closed_on     date,
    opened_at     timestamptz NOT NULL,
    CONSTRAINT account_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT account_number UNIQUE (tenant_id, number, currency)
);

-- What a party has inside a bank account: a ledger account of its own.
CREATE TABLE settlement.pocket (
    tenant_id  uuid NOT NULL,
    ledger_id  uuid NOT NULL,
    account_id uuid NOT NULL,
    party_id   uuid NOT NULL,
    purpose    text NOT NULL CHECK (purpose ~ '^[a-z][a-z_]*$'),
    subject_id uuid,  -- the deal that it lives and ends with; NULL for a standing one
    CONSTRAINT pocket_pkey PRIMARY KEY (tenant_id, ledger_id),
    CONSTRAINT pocket_in FOREIGN KEY (tenant_id, account_id) REFERENCES settlement.account (tenant_id, id)
);
CREATE UNIQUE INDEX pocket_once ON settlement.pocket (tenant_id, account_id, party_id, purpose) WHERE subject_id IS NULL;
CREATE INDEX pocket_in_account ON settlement.pocket (tenant_id, account_id);
CREATE INDEX pocket_of_party ON settlement.pocket (tenant_id, party_id);

-- How much one person may pay out alone in a day, and whether what is above a bottom leaves by itself each day; set by two persons.
CREATE TABLE settlement.rule (
    tenant_id          uuid NOT NULL,
    account_id         uuid NOT NULL,
    party_id           uuid NOT NULL,
    single_limit_minor bigint NOT NULL CHECK (single_limit_minor >= 0),
    sweeps             boolean NOT NULL,
    keep_minor         bigint NOT NULL CHECK (keep_minor >= 0),
    least_minor        bigint NOT NULL CHECK (least_minor > 0),
    request_id         uuid NOT NULL,
    set_at             timestamptz NOT NULL,
    CONSTRAINT rule_pkey PRIMARY KEY (tenant_id, account_id, party_id),
    CONSTRAINT rule_in FOREIGN KEY (tenant_id, account_id) REFERENCES settlement.account (tenant_id, id)
);

-- A payment out. `reference` is the end-to-end identification by which a bank recognises it, and we its line.
CREATE TABLE settlement.payout (
    tenant_id       uuid NOT NULL,
    id              uuid NOT NULL,
    account_id      uuid NOT NULL,
    party_id        uuid NOT NULL,
    payee_id        uuid,           -- NULL for money that goes back to an unknown sender
    source_id       uuid NOT NULL,  -- the ledger account that pays
    bank_account_id uuid,           -- the payee's verified account; its number stays sealed where it is
    suspense_id     uuid,           -- the unplaced money that goes back to where it came from
    amount_minor    bigint NOT NULL CHECK (amount_minor > 0),
    currency        text NOT NULL,
    reference       text NOT NULL,
    remittance      text NOT NULL,
    execute_on      date NOT NULL,
    subject_id      uuid,
    hold_id         uuid NOT NULL,
    state           text NOT NULL
                    CHECK (state IN ('held', 'sent', 'confirmed', 'settled', 'refused', 'returned')),
    reason          text NOT NULL DEFAULT '',  -- the bank's code, for a refusal or a return
    request_id      uuid,
    made_by         text NOT NULL,
    made_at         timestamptz NOT NULL,
    moved_at        timestamptz NOT NULL,
    alone           boolean NOT NULL,  -- on the word of one person: counts against the daily limit
    CONSTRAINT payout_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT payout_reference UNIQUE (tenant_id, reference),
    CONSTRAINT payout_from FOREIGN KEY (tenant_id, account_id) REFERENCES settlement.account (tenant_id, id),
    CONSTRAINT payout_to CHECK ((bank_account_id IS NULL) <> (suspense_id IS NULL))
);
CREATE INDEX payout_open ON settlement.payout (tenant_id, moved_at) WHERE state IN ('held', 'sent', 'confirmed');
CREATE INDEX payout_of_party ON settlement.payout (tenant_id, party_id, made_at);

ALTER TABLE settlement.account ENABLE ROW LEVEL SECURITY;
ALTER TABLE settlement.account FORCE ROW LEVEL SECURITY;
ALTER TABLE settlement.pocket ENABLE ROW LEVEL SECURITY;
ALTER TABLE settlement.pocket FORCE ROW LEVEL SECURITY;
ALTER TABLE settlement.rule ENABLE ROW LEVEL SECURITY;
ALTER TABLE settlement.rule FORCE ROW LEVEL SECURITY;
ALTER TABLE settlement.payout ENABLE ROW LEVEL SECURITY;
ALTER TABLE settlement.payout FORCE ROW LEVEL SECURITY;
CREATE POLICY account_house ON settlement.account FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY account_read ON settlement.account FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY pocket_house ON settlement.pocket FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY pocket_read ON settlement.pocket FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY pocket_own ON settlement.pocket FOR SELECT TO openscf_member
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
           AND party_id = nullif(current_setting('app.member', true), '')::uuid);
CREATE POLICY rule_house ON settlement.rule FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY rule_read ON settlement.rule FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY rule_own ON settlement.rule FOR SELECT TO openscf_member
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
           AND party_id = nullif(current_setting('app.member', true), '')::uuid);
CREATE POLICY payout_house ON settlement.payout FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY payout_read ON settlement.payout FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY payout_own ON settlement.payout FOR SELECT TO openscf_member
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
           AND party_id = nullif(current_setting('app.member', true), '')::uuid);
GRANT SELECT, INSERT ON settlement.account, settlement.pocket, settlement.rule, settlement.payout TO openscf_app;
GRANT UPDATE (closing_minor, closed_on) ON settlement.account TO openscf_app;
GRANT UPDATE (single_limit_minor, sweeps, keep_minor, least_minor, request_id, set_at) ON settlement.rule TO openscf_app;
GRANT UPDATE (state, reason, moved_at) ON settlement.payout TO openscf_app;
GRANT SELECT ON settlement.account, settlement.pocket, settlement.rule, settlement.payout TO openscf_read;
GRANT SELECT ON settlement.pocket, settlement.rule, settlement.payout TO openscf_member;
