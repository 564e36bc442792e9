-- How the files of a source are read: its reader and the reader's options, as a column mapping. The newest one counts.
CREATE SCHEMA ingestion;
GRANT USAGE ON SCHEMA ingestion TO openscf_app, openscf_read;

CREATE TABLE ingestion.mapping (
    tenant_id     uuid NOT NULL REFERENCES platform.tenant (id),
    sender        text NOT NULL CHECK (sender <> ''),
    version       integer NOT NULL CHECK (version > 0),
    reader        text NOT NULL CHECK (reader <> ''),
    options       jsonb NOT NULL,
    remembered_at timestamptz NOT NULL,
    remembered_by text NOT NULL,
    CONSTRAINT mapping_pkey PRIMARY KEY (tenant_id, sender, version)
);
ALTER TABLE ingestion.mapping ENABLE ROW LEVEL SECURITY;
ALTER TABLE ingestion.mapping FORCE ROW LEVEL SECURITY;
CREATE POLICY mapping_house ON ingestion.mapping FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY mapping_read ON ingestion.mapping FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
GRANT SELECT, INSERT ON ingestion.mapping TO openscf_app;
GRANT SELECT ON ingestion.mapping TO openscf_read;
