-- When open receivables are expected to be paid: one row for each time that this changed, with all that it was computed
-- from. A run is the word of one day, by the model that was in force on it; runs and rows are never changed, and no run is
-- older than one that is there already: what a decision knew is named by the day of the run that it looked at.
CREATE TABLE credit.lateness_run (
    tenant_id        uuid NOT NULL REFERENCES platform.tenant (id),
    as_of            date NOT NULL,
    model_version_id uuid,  -- none: nobody was in force, and from this day nothing is foretold
    snapshot_sha256  text NOT NULL,
    receivables      integer NOT NULL CHECK (receivables >= 0),
    made_at          timestamptz NOT NULL,
    made_by          text NOT NULL,
    CONSTRAINT lateness_run_pkey PRIMARY KEY (tenant_id, as_of),
    CONSTRAINT lateness_run_by FOREIGN KEY (tenant_id, model_version_id) REFERENCES credit.model_version (tenant_id, id)
);
CREATE TABLE credit.lateness (
    tenant_id        uuid NOT NULL,
    fingerprint      bytea NOT NULL,  -- identity of the document: another version of it has the same
    from_day         date NOT NULL,  -- the run
    document_id      uuid NOT NULL,
    model_version_id uuid NOT NULL,
    late_ppm         integer NOT NULL CHECK (late_ppm BETWEEN 1 AND 1000000),
    record           text NOT NULL,  -- canonical JSON: the very bytes that are made again
    record_sha256    text NOT NULL CHECK (record_sha256 ~ '^[0-9a-f]{64}$'),
    CONSTRAINT lateness_pkey PRIMARY KEY (tenant_id, fingerprint, from_day),
    CONSTRAINT lateness_of_run FOREIGN KEY (tenant_id, from_day) REFERENCES credit.lateness_run (tenant_id, as_of),
    CONSTRAINT lateness_by FOREIGN KEY (tenant_id, model_version_id) REFERENCES credit.model_version (tenant_id, id)
);
ALTER TABLE credit.lateness_run ENABLE ROW LEVEL SECURITY;
ALTER TABLE credit.lateness_run FORCE ROW LEVEL SECURITY;
ALTER TABLE credit.lateness ENABLE ROW LEVEL SECURITY;
ALTER TABLE credit.lateness FORCE ROW LEVEL SECURITY;
CREATE POLICY lateness_run_house ON credit.lateness_run FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY lateness_house ON credit.lateness FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY lateness_run_read ON credit.lateness_run FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY lateness_read ON credit.lateness FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
GRANT SELECT, INSERT ON credit.lateness_run, credit.lateness TO openscf_app;
GRANT SELECT ON credit.lateness_run, credit.lateness TO openscf_read;
