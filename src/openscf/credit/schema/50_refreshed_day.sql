-- The days of which all firms were judged anew, and what came of it. Whoever begins writes the row first, so that two who
-- look at once do it once; a row without a record that is old is somebody's who died, and is begun again.
CREATE TABLE credit.refreshed_day (
    tenant_id   uuid NOT NULL REFERENCES platform.tenant (id),
    on_day      date NOT NULL,
    begun_at    timestamptz NOT NULL,
    ended_at    timestamptz,
    record      text,  -- canonical JSON: how many firms, whose evaluation is new, which limits moved, who could not be judged
    CONSTRAINT refreshed_day_pkey PRIMARY KEY (tenant_id, on_day),
    CONSTRAINT refreshed_day_ended CHECK ((ended_at IS NULL) = (record IS NULL))
);
ALTER TABLE credit.refreshed_day ENABLE ROW LEVEL SECURITY;
ALTER TABLE credit.refreshed_day FORCE ROW LEVEL SECURITY;
CREATE POLICY refreshed_day_house ON credit.refreshed_day FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY refreshed_day_read ON credit.refreshed_day FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
GRANT SELECT, INSERT ON credit.refreshed_day TO openscf_app;
GRANT UPDATE (begun_at, ended_at, record) ON credit.refreshed_day TO openscf_app;
GRANT SELECT ON credit.refreshed_day TO openscf_read;
