-- The audit log. The transaction that changes state writes its entry into the inbox; the sealer moves entries, in the
-- order of their ordinals, into the chain. So no two business transactions ever wait for each other's hash.
CREATE TABLE platform.audit_inbox (
    ordinal    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id  uuid NOT NULL,
    id         uuid NOT NULL,
    at         timestamptz NOT NULL,
    actor      text NOT NULL,
    action     text NOT NULL,
    subject    text NOT NULL,
    request_id uuid,
    payload    text NOT NULL  -- canonical JSON, kept as the very bytes that are hashed
);
ALTER TABLE platform.audit_inbox ENABLE ROW LEVEL SECURITY;
ALTER TABLE platform.audit_inbox FORCE ROW LEVEL SECURITY;
CREATE POLICY inbox_written ON platform.audit_inbox FOR INSERT TO openscf_app
    WITH CHECK (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY inbox_sealed ON platform.audit_inbox FOR ALL TO openscf_seal USING (true);
CREATE POLICY inbox_read ON platform.audit_inbox FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
GRANT INSERT ON platform.audit_inbox TO openscf_app;
GRANT SELECT, DELETE ON platform.audit_inbox TO openscf_seal;
GRANT SELECT ON platform.audit_inbox TO openscf_read;
