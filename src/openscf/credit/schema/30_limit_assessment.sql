-- What a firm's limit came out as, each time that something it depends on changed: inputs, policy, answer and reasons. Rows
-- are never changed: the newest is the one that holds.
CREATE TABLE credit.limit_assessment (
    tenant_id     uuid NOT NULL REFERENCES platform.tenant (id),
    id            uuid NOT NULL,
    subject_id    uuid NOT NULL,
    number        integer NOT NULL CHECK (number > 0),  -- counts a firm's assessments: two at once can't both be the next
    assessed_on   date NOT NULL,
    policy        text NOT NULL CHECK (policy <> ''),  -- name and version of the rules
    inputs        text NOT NULL,  -- canonical JSON: the very bytes that are hashed
    inputs_sha256 bytea NOT NULL CHECK (inputs_sha256 = sha256(convert_to(inputs, 'UTF8'))),
    currency      text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    limit_minor   bigint NOT NULL CHECK (limit_minor >= 0),
    binding       text NOT NULL CHECK (binding <> ''),
    answer        text NOT NULL,  -- canonical JSON: bounds, reasons in both languages, what would raise it
    assessed_by   text NOT NULL,
    assessed_at   timestamptz NOT NULL,
    CONSTRAINT limit_assessment_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT limit_assessment_number UNIQUE (tenant_id, subject_id, number)
);
ALTER TABLE credit.limit_assessment ENABLE ROW LEVEL SECURITY;
ALTER TABLE credit.limit_assessment FORCE ROW LEVEL SECURITY;
CREATE POLICY limit_assessment_house ON credit.limit_assessment FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY limit_assessment_read ON credit.limit_assessment FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY limit_assessment_own ON credit.limit_assessment FOR SELECT TO openscf_member
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
           AND subject_id = nullif(current_setting('app.member', true), '')::uuid);
GRANT SELECT, INSERT ON credit.limit_assessment TO openscf_app;
GRANT SELECT ON credit.limit_assessment TO openscf_read, openscf_member;
