-- Bank accounts of enterprises. Rows are never deleted and their number never changes: a change is a new row, approved by
-- two persons, which takes over from its predecessor when its cooling period has passed.
CREATE TABLE parties.bank_account (
    tenant_id          uuid NOT NULL,
    id                 uuid NOT NULL,
    party_id           uuid NOT NULL,
    purpose            text NOT NULL CHECK (purpose IN ('settlement', 'collection', 'margin')),
    currency           text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    scheme             text NOT NULL CHECK (scheme IN ('CNAPS', 'IBAN')),
    bank_code          text NOT NULL CHECK (bank_code <> ''),
    holder_name        text NOT NULL CHECK (holder_name <> ''),
    number_sealed      bytea NOT NULL,
    number_fingerprint bytea NOT NULL CHECK (length(number_fingerprint) = 32),
    state              text NOT NULL CHECK (state IN ('proposed', 'approved', 'dropped', 'stopped')),
    replaces           uuid,
    request_id         uuid NOT NULL,
    proposed_at        timestamptz NOT NULL,
    approved_at        timestamptz,
    usable_from        timestamptz,  -- end of the cooling period
    usable_until       timestamptz,  -- the successor's usable_from, or the instant at which it was stopped
    CONSTRAINT bank_account_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT bank_account_party FOREIGN KEY (tenant_id, party_id) REFERENCES parties.enterprise (tenant_id, id),
    CONSTRAINT bank_account_replaces FOREIGN KEY (tenant_id, replaces) REFERENCES parties.bank_account (tenant_id, id),
    CONSTRAINT bank_account_request FOREIGN KEY (tenant_id, request_id) REFERENCES parties.approval_request (tenant_id, id),
    CONSTRAINT bank_account_approved CHECK ((state IN ('approved', 'stopped')) = (approved_at IS NOT NULL)
                                            AND (approved_at IS NULL) = (usable_from IS NULL)),
    CONSTRAINT bank_account_cools CHECK (usable_from >= approved_at),
    CONSTRAINT bank_account_stopped CHECK (state <> 'stopped' OR usable_until IS NOT NULL)
);
-- At most one account that goes on for ever per purpose and currency: two approved changes can't both be the last word.
CREATE UNIQUE INDEX bank_account_last_word ON parties.bank_account (tenant_id, party_id, purpose, currency)
    WHERE state = 'approved' AND usable_until IS NULL;
CREATE UNIQUE INDEX bank_account_of_request ON parties.bank_account (tenant_id, request_id);
CREATE INDEX bank_account_of_party ON parties.bank_account (tenant_id, party_id, purpose, currency);
ALTER TABLE parties.bank_account ENABLE ROW LEVEL SECURITY;
ALTER TABLE parties.bank_account FORCE ROW LEVEL SECURITY;
CREATE POLICY bank_account_house ON parties.bank_account FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY bank_account_read ON parties.bank_account FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY bank_account_own ON parties.bank_account FOR SELECT TO openscf_member
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
           AND party_id = nullif(current_setting('app.member', true), '')::uuid);
GRANT SELECT, INSERT ON parties.bank_account TO openscf_app;
GRANT UPDATE (state, approved_at, usable_from, usable_until) ON parties.bank_account TO openscf_app;
GRANT SELECT ON parties.bank_account TO openscf_read, openscf_member;
