-- The register of liens over claims and goods. The constraints decide and no `if`: an asset is pledged for at most its
-- face, an exclusive lien takes the whole of it, and there is at most one of those.
CREATE TABLE trades.asset (
    tenant_id     uuid NOT NULL REFERENCES platform.tenant (id),
    fingerprint   bytea NOT NULL CHECK (length(fingerprint) = 32),
    kind          text NOT NULL CHECK (kind <> ''),
    face_minor    bigint NOT NULL CHECK (face_minor > 0),
    unit          text NOT NULL CHECK (unit <> ''),  -- a currency (minor units), or the unit in which goods are counted
    pledged_minor bigint NOT NULL,
    registered_at timestamptz NOT NULL,
    CONSTRAINT asset_pkey PRIMARY KEY (tenant_id, fingerprint),
    CONSTRAINT asset_pledged_within_face CHECK (pledged_minor BETWEEN 0 AND face_minor)
);

CREATE TABLE trades.lien (
    tenant_id    uuid NOT NULL,
    id           uuid NOT NULL,
    fingerprint  bytea NOT NULL,
    holder_id    uuid NOT NULL,
    deal         text NOT NULL CHECK (deal <> ''),
    programme    text NOT NULL,
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    exclusive    boolean NOT NULL,
    state        text NOT NULL CHECK (state IN ('active', 'released')),
    taken_at     timestamptz NOT NULL,
    taken_by     text NOT NULL,
    released_at  timestamptz,
    CONSTRAINT lien_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT lien_on FOREIGN KEY (tenant_id, fingerprint) REFERENCES trades.asset (tenant_id, fingerprint),
    CONSTRAINT lien_released CHECK ((state = 'released') = (released_at IS NOT NULL))
);
CREATE UNIQUE INDEX lien_exclusive_once ON trades.lien (tenant_id, fingerprint) WHERE state = 'active' AND exclusive;
CREATE INDEX lien_of_asset ON trades.lien (tenant_id, fingerprint);
CREATE INDEX lien_of_holder ON trades.lien (tenant_id, holder_id) WHERE state = 'active';

-- Under these keys look-alikes meet. Whoever takes a lien locks the keys of his asset, so that two look-alikes can't be
-- pledged past each other at the same instant.
CREATE TABLE trades.near_key (
    tenant_id uuid NOT NULL,
    key       bytea NOT NULL CHECK (length(key) = 32),
    CONSTRAINT near_key_pkey PRIMARY KEY (tenant_id, key)
);
CREATE TABLE trades.near_entry (
    tenant_id   uuid NOT NULL,
    key         bytea NOT NULL,
    fingerprint bytea NOT NULL,
    CONSTRAINT near_entry_pkey PRIMARY KEY (tenant_id, key, fingerprint),
    CONSTRAINT near_entry_key FOREIGN KEY (tenant_id, key) REFERENCES trades.near_key (tenant_id, key),
    CONSTRAINT near_entry_of FOREIGN KEY (tenant_id, fingerprint) REFERENCES trades.asset (tenant_id, fingerprint)
);
-- Two look-alikes that two persons have found to be two things; the smaller fingerprint first.
CREATE TABLE trades.near_clearance (
    tenant_id  uuid NOT NULL,
    one        bytea NOT NULL CHECK (length(one) = 32),
    other      bytea NOT NULL CHECK (length(other) = 32),
    request_id uuid NOT NULL,  -- the four-eyes request
    cleared_at timestamptz NOT NULL,
    CONSTRAINT near_clearance_pkey PRIMARY KEY (tenant_id, one, other),
    CONSTRAINT near_clearance_ordered CHECK (one < other)
);

ALTER TABLE trades.asset ENABLE ROW LEVEL SECURITY;
ALTER TABLE trades.asset FORCE ROW LEVEL SECURITY;
ALTER TABLE trades.lien ENABLE ROW LEVEL SECURITY;
ALTER TABLE trades.lien FORCE ROW LEVEL SECURITY;
ALTER TABLE trades.near_key ENABLE ROW LEVEL SECURITY;
ALTER TABLE trades.near_key FORCE ROW LEVEL SECURITY;
ALTER TABLE trades.near_entry ENABLE ROW LEVEL SECURITY;
ALTER TABLE trades.near_entry FORCE ROW LEVEL SECURITY;
ALTER TABLE trades.near_clearance ENABLE ROW LEVEL SECURITY;
ALTER TABLE trades.near_clearance FORCE ROW LEVEL SECURITY;
CREATE POLICY asset_house ON trades.asset FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY asset_read ON trades.asset FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY lien_house ON trades.lien FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY lien_read ON trades.lien FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY lien_own ON trades.lien FOR SELECT TO openscf_member
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
           AND holder_id = nullif(current_setting('app.member', true), '')::uuid);
CREATE POLICY near_key_house ON trades.near_key FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY near_entry_house ON trades.near_entry FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY near_clearance_house ON trades.near_clearance FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY near_entry_read ON trades.near_entry FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY near_clearance_read ON trades.near_clearance FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
GRANT SELECT, INSERT ON trades.asset, trades.lien, trades.near_key, trades.near_entry, trades.near_clearance
    TO openscf_app;
GRANT UPDATE (face_minor, pledged_minor) ON trades.asset TO openscf_app;
GRANT UPDATE (holder_id, deal, programme, state, released_at) ON trades.lien TO openscf_app;
GRANT UPDATE (key) ON trades.near_key TO openscf_app;  -- without the right to update nobody may lock
GRANT SELECT ON trades.asset, trades.lien, trades.near_entry, trades.near_clearance TO openscf_read;
GRANT SELECT ON trades.lien TO openscf_member;
