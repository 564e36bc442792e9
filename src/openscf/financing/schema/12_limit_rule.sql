-- A funder's rule for limits that follow the platform's assessments, approved by two of its persons. A newer rule takes the
-- place of an older one; rows are never changed.
CREATE TABLE financing.limit_rule (
    tenant_id   uuid        NOT NULL REFERENCES platform.tenant,
    owner_id    uuid        NOT NULL,
    number      integer     NOT NULL CHECK (number > 0),
    rule        text        NOT NULL,  -- canonical JSON
    request_id  uuid        NOT NULL,
    set_at      timestamptz NOT NULL,
    CONSTRAINT limit_rule_pkey PRIMARY KEY (tenant_id, owner_id, number),
    CONSTRAINT limit_rule_request UNIQUE (tenant_id, request_id)
);
ALTER TABLE financing.limit_rule ENABLE ROW LEVEL SECURITY;
ALTER TABLE financing.limit_rule FORCE ROW LEVEL SECURITY;
CREATE POLICY limit_rule_house ON financing.limit_rule FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY limit_rule_read ON financing.limit_rule FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY limit_rule_own ON financing.limit_rule FOR SELECT TO openscf_member
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
           AND owner_id = nullif(current_setting('app.member', true), '')::uuid);
GRANT SELECT, INSERT ON financing.limit_rule TO openscf_app;
GRANT SELECT ON financing.limit_rule TO openscf_read, openscf_member;
