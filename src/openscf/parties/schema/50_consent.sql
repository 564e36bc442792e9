-- Dated consents of one enterprise to share a scope of its data with another; without one, nothing is shared.
CREATE TABLE parties.consent (
    tenant_id   uuid NOT NULL,
    id          uuid NOT NULL,
    grantor_id  uuid NOT NULL,
    grantee_id  uuid NOT NULL,
    scope       text NOT NULL CHECK (scope IN ('trades', 'invoices', 'payments', 'ratings', 'limits', 'kyb', 'network')),
    purpose     text NOT NULL CHECK (purpose <> ''),
    valid_from  date NOT NULL,
    valid_until date NOT NULL,
    granted_by  text NOT NULL,
    granted_at  timestamptz NOT NULL,
    revoked_by  text,
    revoked_at  timestamptz,
    revoked_on  date,
    CONSTRAINT consent_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT consent_grantor FOREIGN KEY (tenant_id, grantor_id) REFERENCES parties.enterprise (tenant_id, id),
    CONSTRAINT consent_grantee FOREIGN KEY (tenant_id, grantee_id) REFERENCES parties.enterprise (tenant_id, id),
    CONSTRAINT consent_to_another CHECK (grantor_id <> grantee_id),
    CONSTRAINT consent_lasts CHECK (valid_until > valid_from),
    CONSTRAINT consent_revoked_as_a_whole
        CHECK ((revoked_at IS NULL) = (revoked_by IS NULL) AND (revoked_at IS NULL) = (revoked_on IS NULL))
);
CREATE INDEX consent_asked ON parties.consent (tenant_id, grantor_id, grantee_id, scope);
CREATE INDEX consent_received ON parties.consent (tenant_id, grantee_id);
ALTER TABLE parties.consent ENABLE ROW LEVEL SECURITY;
ALTER TABLE parties.consent FORCE ROW LEVEL SECURITY;
CREATE POLICY consent_house ON parties.consent FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY consent_read ON parties.consent FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY consent_own ON parties.consent FOR SELECT TO openscf_member
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
           AND nullif(current_setting('app.member', true), '')::uuid IN (grantor_id, grantee_id));
GRANT SELECT, INSERT ON parties.consent TO openscf_app;
GRANT UPDATE (revoked_by, revoked_at, revoked_on) ON parties.consent TO openscf_app;
GRANT SELECT ON parties.consent TO openscf_read;
-- Who signed is the grantor's own business: the other side sees what it may use, not by whose hand.
GRANT SELECT (tenant_id, id, grantor_id, grantee_id, scope, purpose, valid_from, valid_until, revoked_on)
    ON parties.consent TO openscf_member;
