-- Ratings of firms by independent raters. A row is what one rater said on one day; it is never changed and never deleted: a
-- newer one of the same rater takes its place, and each ends by itself.
CREATE SCHEMA IF NOT EXISTS credit;
GRANT USAGE ON SCHEMA credit TO openscf_app, openscf_read, openscf_member;

CREATE TABLE credit.rating (
    tenant_id   uuid NOT NULL REFERENCES platform.tenant (id),
    id          uuid NOT NULL,
    subject_id  uuid NOT NULL,
    kind        text NOT NULL CHECK (kind IN ('platform', 'agency', 'bank', 'ecommerce', 'anchor')),
    rater_name  text NOT NULL CHECK (rater_name <> ''),
    rater_id    uuid,
    scale       text NOT NULL CHECK (scale <> ''),
    symbol      text NOT NULL CHECK (symbol <> ''),
    pd_ppb      integer NOT NULL CHECK (pd_ppb BETWEEN 0 AND 1000000000),
    rated_on    date NOT NULL,
    valid_until date NOT NULL,
    source      text NOT NULL CHECK (source <> ''),
    request_id  uuid,  -- the four-eyes request, where somebody entered it by hand
    recorded_by text NOT NULL,
    recorded_at timestamptz NOT NULL,
    CONSTRAINT rating_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT rating_lasts CHECK (valid_until > rated_on),
    CONSTRAINT rating_by_another CHECK (rater_id <> subject_id),
    -- A person enters no rating alone: without a request it comes from the installation itself.
    CONSTRAINT rating_by_hand_has_request CHECK (request_id IS NOT NULL OR recorded_by LIKE 'system:%')
);
CREATE UNIQUE INDEX rating_of_request ON credit.rating (tenant_id, request_id);
CREATE INDEX rating_of_subject ON credit.rating (tenant_id, subject_id, rated_on);
CREATE INDEX rating_by_rater ON credit.rating (tenant_id, rater_id, rated_on);
ALTER TABLE credit.rating ENABLE ROW LEVEL SECURITY;
ALTER TABLE credit.rating FORCE ROW LEVEL SECURITY;
CREATE POLICY rating_house ON credit.rating FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY rating_read ON credit.rating FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY rating_own ON credit.rating FOR SELECT TO openscf_member
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
           AND nullif(current_setting('app.member', true), '')::uuid IN (subject_id, rater_id));
GRANT SELECT, INSERT ON credit.rating TO openscf_app;
GRANT SELECT ON credit.rating TO openscf_read, openscf_member;
