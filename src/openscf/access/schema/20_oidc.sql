-- Signing in with an identity provider (OpenID Connect). Which of its subjects is which login is said by an administrator; a
-- flow is used once and forgotten.
CREATE TABLE access.external_identity (
    tenant_id uuid NOT NULL REFERENCES platform.tenant (id),
    issuer    text NOT NULL CHECK (issuer <> ''),
    subject   text NOT NULL CHECK (subject <> ''),
    login_id  uuid NOT NULL,
    person_id uuid NOT NULL,
    linked_by text NOT NULL,
    linked_at timestamptz NOT NULL,
    CONSTRAINT external_identity_pkey PRIMARY KEY (tenant_id, issuer, subject)
);

CREATE TABLE access.oidc_flow (
    tenant_id    uuid NOT NULL REFERENCES platform.tenant (id),
    state_sha256 bytea NOT NULL CHECK (length(state_sha256) = 32),
    nonce        text NOT NULL,
    verifier     text NOT NULL,
    begun_at     timestamptz NOT NULL,
    CONSTRAINT oidc_flow_pkey PRIMARY KEY (tenant_id, state_sha256)
);

ALTER TABLE access.external_identity ENABLE ROW LEVEL SECURITY;
ALTER TABLE access.external_identity FORCE ROW LEVEL SECURITY;
ALTER TABLE access.oidc_flow ENABLE ROW LEVEL SECURITY;
ALTER TABLE access.oidc_flow FORCE ROW LEVEL SECURITY;
CREATE POLICY external_identity_house ON access.external_identity FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY oidc_flow_house ON access.oidc_flow FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
GRANT SELECT, INSERT, DELETE ON access.external_identity, access.oidc_flow TO openscf_app;
