-- What the platform thought of a firm, each time that something it depends on changed: the score of the champion, the ratings of
-- all raters weighed, the price, and the assessment of its limit. Rows are never changed: the newest is the one that holds.
CREATE TABLE credit.evaluation (
    tenant_id       uuid NOT NULL REFERENCES platform.tenant (id),
    id              uuid NOT NULL,
    subject_id      uuid NOT NULL,
    number          integer NOT NULL CHECK (number > 0),  -- counts a firm's evaluations: two at once can't both be the next
    as_of           date NOT NULL,
    firm            text NOT NULL CHECK (firm <> ''),  -- its key in the network
    snapshot_sha256 text NOT NULL,
    score_id        uuid,                                -- of the champion; none where nothing is known of the firm
    assessment_id   uuid NOT NULL,
    rules           text NOT NULL CHECK (rules <> ''),
    grade           smallint CHECK (grade BETWEEN 1 AND 16),
    pd_ppb          integer CHECK (pd_ppb BETWEEN 0 AND 1000000000),
    inputs          text NOT NULL,  -- canonical JSON: the very bytes that are hashed
    inputs_sha256   bytea NOT NULL CHECK (inputs_sha256 = sha256(convert_to(inputs, 'UTF8'))),
    answer          text NOT NULL,  -- canonical JSON: ratings weighed, reasons in both languages, the price
    evaluated_by    text NOT NULL,
    evaluated_at    timestamptz NOT NULL,
    CONSTRAINT evaluation_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT evaluation_number UNIQUE (tenant_id, subject_id, number),
    CONSTRAINT evaluation_rated CHECK ((grade IS NULL) = (pd_ppb IS NULL)),
    CONSTRAINT evaluation_score FOREIGN KEY (tenant_id, score_id) REFERENCES credit.score (tenant_id, id),
    CONSTRAINT evaluation_limit FOREIGN KEY (tenant_id, assessment_id) REFERENCES credit.limit_assessment (tenant_id, id)
);
CREATE INDEX evaluation_on ON credit.evaluation (tenant_id, subject_id, as_of);
ALTER TABLE credit.evaluation ENABLE ROW LEVEL SECURITY;
ALTER TABLE credit.evaluation FORCE ROW LEVEL SECURITY;
CREATE POLICY evaluation_house ON credit.evaluation FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY evaluation_read ON credit.evaluation FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY evaluation_own ON credit.evaluation FOR SELECT TO openscf_member
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
           AND subject_id = nullif(current_setting('app.member', true), '')::uuid);
GRANT SELECT, INSERT ON credit.evaluation TO openscf_app;
GRANT SELECT ON credit.evaluation TO openscf_read, openscf_member;
