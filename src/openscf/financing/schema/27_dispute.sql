-- A debtor says that it does not owe a claim, or not all of it. Nobody lends on it until the debtor has confirmed it again.
CREATE TABLE financing.dispute (
    tenant_id   uuid NOT NULL REFERENCES platform.tenant (id),
    id          uuid NOT NULL,
    fingerprint bytea NOT NULL CHECK (length(fingerprint) = 32),
    obligor_id  uuid NOT NULL,
    number      text NOT NULL,
    reason      text NOT NULL CHECK (reason <> ''),
    raised_by   text NOT NULL,
    raised_at   timestamptz NOT NULL,
    settled_at  timestamptz,
    CONSTRAINT dispute_pkey PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX dispute_open_once ON financing.dispute (tenant_id, fingerprint) WHERE settled_at IS NULL;
CREATE INDEX dispute_of_obligor ON financing.dispute (tenant_id, obligor_id) WHERE settled_at IS NULL;
ALTER TABLE financing.dispute ENABLE ROW LEVEL SECURITY;
ALTER TABLE financing.dispute FORCE ROW LEVEL SECURITY;
CREATE POLICY dispute_house ON financing.dispute FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY dispute_read ON financing.dispute FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY dispute_own ON financing.dispute FOR SELECT TO openscf_member
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
           AND obligor_id = nullif(current_setting('app.member', true), '')::uuid);
GRANT SELECT, INSERT ON financing.dispute TO openscf_app;
GRANT UPDATE (settled_at) ON financing.dispute TO openscf_app;
GRANT SELECT ON financing.dispute TO openscf_read, openscf_member;
