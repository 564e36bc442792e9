-- Tenants: a reference table that every tenant table points at. Adding one is an act of the operator of the installation.
CREATE SCHEMA platform;
GRANT USAGE ON SCHEMA platform TO openscf_app, openscf_seal, openscf_read, openscf_member;

CREATE TABLE platform.tenant (
    id         uuid PRIMARY KEY,
    name       text NOT NULL CHECK (name <> ''),
    created_at timestamptz NOT NULL
);
ALTER TABLE platform.tenant ENABLE ROW LEVEL SECURITY;
ALTER TABLE platform.tenant FORCE ROW LEVEL SECURITY;
-- Who is a tenant is no secret among the program's own roles; a member sees only the house it is in.
CREATE POLICY tenant_known ON platform.tenant FOR SELECT TO openscf_app, openscf_seal, openscf_read USING (true);
CREATE POLICY tenant_added ON platform.tenant FOR INSERT TO openscf_app WITH CHECK (true);
CREATE POLICY tenant_own ON platform.tenant FOR SELECT TO openscf_member
    USING (id = nullif(current_setting('app.tenant', true), '')::uuid);
GRANT SELECT, INSERT ON platform.tenant TO openscf_app;
GRANT SELECT ON platform.tenant TO openscf_seal, openscf_read, openscf_member;
