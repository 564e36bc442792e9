-- Financing: limits, programmes, deals. Everything that is scarce is an account of the ledger; these tables say what the
-- accounts mean and what happened to each deal.
CREATE SCHEMA financing;
GRANT USAGE ON SCHEMA financing TO openscf_app, openscf_read, openscf_member;

-- A node of the limit tree. Its headroom, what is used of it, and where it was granted from are accounts whose ids follow
-- from its own.
CREATE TABLE financing.limit_node (
    tenant_id    uuid        NOT NULL REFERENCES platform.tenant,
    id           uuid        NOT NULL,
    kind         text        NOT NULL CHECK (kind IN ('platform', 'funder', 'group', 'counterparty', 'product', 'contract')),
    owner_id     uuid        NOT NULL,
    party_id     uuid,
    role         text        NOT NULL,
    product      text,
    programme_id uuid,
    currency     text        NOT NULL CHECK (length(currency) = 3),
    amount_minor bigint      NOT NULL CHECK (amount_minor >= 0),
    excess_minor bigint      NOT NULL CHECK (excess_minor >= 0),
    valid_until  date,
    set_at       timestamptz NOT NULL,
    CONSTRAINT limit_node_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT limit_node_once UNIQUE NULLS NOT DISTINCT (tenant_id, kind, owner_id, party_id, role, product, programme_id, currency),
    CONSTRAINT limit_node_names CHECK (
        CASE kind WHEN 'platform' THEN party_id IS NULL AND product IS NULL AND programme_id IS NULL
                  WHEN 'funder' THEN party_id IS NULL AND product IS NULL AND programme_id IS NULL
                  WHEN 'group' THEN party_id IS NOT NULL
                  WHEN 'counterparty' THEN party_id IS NOT NULL
                  WHEN 'product' THEN product IS NOT NULL
                  ELSE programme_id IS NOT NULL END)
);
CREATE INDEX limit_node_of_party ON financing.limit_node (tenant_id, party_id);

-- What a deal uses of a node: reserved by a hold, or in use.
CREATE TABLE financing.limit_use (
    tenant_id      uuid   NOT NULL,
    deal_id        uuid   NOT NULL,
    limit_id       uuid   NOT NULL,
    hold_id        uuid,
    reserved_minor bigint NOT NULL CHECK (reserved_minor >= 0),
    used_minor     bigint NOT NULL CHECK (used_minor >= 0),
    CONSTRAINT limit_use_pkey PRIMARY KEY (tenant_id, deal_id, limit_id),
    CONSTRAINT limit_use_of FOREIGN KEY (tenant_id, limit_id) REFERENCES financing.limit_node (tenant_id, id),
    CONSTRAINT limit_use_held CHECK ((hold_id IS NULL) = (reserved_minor = 0))
);
CREATE INDEX limit_use_of_node ON financing.limit_use (tenant_id, limit_id);

ALTER TABLE financing.limit_node ENABLE ROW LEVEL SECURITY;
ALTER TABLE financing.limit_node FORCE ROW LEVEL SECURITY;
ALTER TABLE financing.limit_use ENABLE ROW LEVEL SECURITY;
ALTER TABLE financing.limit_use FORCE ROW LEVEL SECURITY;
CREATE POLICY limit_node_house ON financing.limit_node FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY limit_node_read ON financing.limit_node FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
-- A limit is its owner's own business; the enterprise that it bounds learns its own headroom from an offer, not from here.
CREATE POLICY limit_node_own ON financing.limit_node FOR SELECT TO openscf_member
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
           AND owner_id = nullif(current_setting('app.member', true), '')::uuid);
CREATE POLICY limit_use_house ON financing.limit_use FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY limit_use_read ON financing.limit_use FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
GRANT SELECT, INSERT ON financing.limit_node, financing.limit_use TO openscf_app;
GRANT UPDATE (amount_minor, valid_until, excess_minor, set_at) ON financing.limit_node TO openscf_app;
GRANT UPDATE (hold_id, reserved_minor, used_minor) ON financing.limit_use TO openscf_app;
GRANT SELECT ON financing.limit_node, financing.limit_use TO openscf_read;
GRANT SELECT ON financing.limit_node TO openscf_member;
