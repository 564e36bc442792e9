-- Models of default: every version with its whole body, which one judges from when, and every score with its inputs.
CREATE SCHEMA credit;
GRANT USAGE ON SCHEMA credit TO openscf_app, openscf_read, openscf_member;

CREATE TABLE credit.model_version (
    tenant_id       uuid NOT NULL REFERENCES platform.tenant (id),
    id              uuid NOT NULL,
    model           text NOT NULL CHECK (model <> ''),
    version         integer NOT NULL CHECK (version > 0),
    kind            text NOT NULL CHECK (kind <> ''),
    body            text NOT NULL,
    body_sha256     text NOT NULL CHECK (body_sha256 ~ '^[0-9a-f]{64}$'),
    snapshot_sha256 text NOT NULL,
    trained_as_of   date NOT NULL,
    metrics         text NOT NULL,
    registered_at   timestamptz NOT NULL,
    registered_by   text NOT NULL,
    CONSTRAINT model_version_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT model_version_number UNIQUE (tenant_id, model, version),
    CONSTRAINT model_version_body UNIQUE (tenant_id, body_sha256)
);

-- Who judges: at any day at most one champion and one challenger for a purpose. What is past is never changed; what is
-- open is ended, once, by its successor.
CREATE TABLE credit.model_appointment (
    tenant_id        uuid NOT NULL,
    id               uuid NOT NULL,
    purpose          text NOT NULL CHECK (purpose <> ''),
    role             text NOT NULL CHECK (role IN ('champion', 'challenger')),
    model_version_id uuid NOT NULL,
    effective_from   date NOT NULL,
    effective_to     date,
    request_id       uuid NOT NULL,
    made_by          uuid NOT NULL,
    approved_by      uuid NOT NULL,
    appointed_at     timestamptz NOT NULL,
    CONSTRAINT model_appointment_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT model_appointment_of FOREIGN KEY (tenant_id, model_version_id) REFERENCES credit.model_version (tenant_id, id),
    CONSTRAINT model_appointment_request UNIQUE (tenant_id, request_id),
    CONSTRAINT model_appointment_lasts CHECK (effective_to >= effective_from),
    CONSTRAINT model_appointment_by_two CHECK (made_by <> approved_by)
);
CREATE UNIQUE INDEX model_appointment_open ON credit.model_appointment (tenant_id, purpose, role) WHERE effective_to IS NULL;

CREATE TABLE credit.score (
    tenant_id        uuid NOT NULL,
    id               uuid NOT NULL,
    firm             text NOT NULL CHECK (firm <> ''),
    party_id         uuid,
    as_of            date NOT NULL,
    model_version_id uuid NOT NULL,
    role             text NOT NULL CHECK (role IN ('champion', 'challenger')),
    record           text NOT NULL,
    record_sha256    text NOT NULL CHECK (record_sha256 ~ '^[0-9a-f]{64}$'),
    scored_at        timestamptz NOT NULL,
    scored_by        text NOT NULL,
    CONSTRAINT score_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT score_by FOREIGN KEY (tenant_id, model_version_id) REFERENCES credit.model_version (tenant_id, id)
);
CREATE INDEX score_of_firm ON credit.score (tenant_id, firm, as_of);
CREATE INDEX score_of_party ON credit.score (tenant_id, party_id, as_of);

ALTER TABLE credit.model_version ENABLE ROW LEVEL SECURITY;
ALTER TABLE credit.model_version FORCE ROW LEVEL SECURITY;
ALTER TABLE credit.model_appointment ENABLE ROW LEVEL SECURITY;
ALTER TABLE credit.model_appointment FORCE ROW LEVEL SECURITY;
ALTER TABLE credit.score ENABLE ROW LEVEL SECURITY;
ALTER TABLE credit.score FORCE ROW LEVEL SECURITY;
CREATE POLICY model_version_house ON credit.model_version FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY model_appointment_house ON credit.model_appointment FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY score_house ON credit.score FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY model_version_read ON credit.model_version FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY model_appointment_read ON credit.model_appointment FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY score_read ON credit.score FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
-- A member sees what was said of itself by the champion; a challenger's opinion is an experiment of the house.
CREATE POLICY score_own ON credit.score FOR SELECT TO openscf_member
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
           AND party_id = nullif(current_setting('app.member', true), '')::uuid AND role = 'champion');
GRANT SELECT, INSERT ON credit.model_version, credit.model_appointment, credit.score TO openscf_app;
GRANT UPDATE (effective_to) ON credit.model_appointment TO openscf_app;
GRANT SELECT ON credit.model_version, credit.model_appointment, credit.score TO openscf_read;
GRANT SELECT (tenant_id, id, firm, party_id, as_of, role, record, record_sha256, scored_at) ON credit.score TO openscf_member;
