-- Four eyes. A request carries a payload; every edit is a new revision with its own hash; a verdict is on one revision and
-- one hash. The constraints say the core of it once more: nobody judges what he wrote, and nobody counts twice.
CREATE TABLE parties.approval_request (
    tenant_id  uuid NOT NULL,
    id         uuid NOT NULL,
    kind       text NOT NULL CHECK (kind <> ''),
    party_id   uuid NOT NULL,
    made_by    uuid NOT NULL,
    made_at    timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    needed     smallint NOT NULL CHECK (needed BETWEEN 1 AND 9),  -- approvers besides the maker
    revision   integer NOT NULL CHECK (revision > 0),
    state      text NOT NULL CHECK (state IN ('pending', 'approved', 'rejected', 'withdrawn', 'used')),
    closed_at  timestamptz,
    CONSTRAINT approval_request_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT approval_request_party FOREIGN KEY (tenant_id, party_id) REFERENCES parties.enterprise (tenant_id, id),
    CONSTRAINT approval_request_maker FOREIGN KEY (tenant_id, made_by) REFERENCES parties.person (tenant_id, id),
    CONSTRAINT approval_request_expires CHECK (expires_at > made_at),
    CONSTRAINT approval_request_closed CHECK ((state IN ('rejected', 'withdrawn', 'used')) = (closed_at IS NOT NULL))
);
CREATE INDEX approval_request_open ON parties.approval_request (tenant_id, party_id, made_at)
    WHERE state IN ('pending', 'approved');

CREATE TABLE parties.approval_revision (
    tenant_id      uuid NOT NULL,
    request_id     uuid NOT NULL,
    revision       integer NOT NULL CHECK (revision > 0),
    payload        text NOT NULL,  -- canonical JSON: the very bytes that are hashed
    payload_sha256 bytea NOT NULL CHECK (payload_sha256 = sha256(convert_to(payload, 'UTF8'))),
    written_by     uuid NOT NULL,
    written_at     timestamptz NOT NULL,
    CONSTRAINT approval_revision_pkey PRIMARY KEY (tenant_id, request_id, revision),
    CONSTRAINT approval_revision_hash UNIQUE (tenant_id, request_id, revision, payload_sha256, written_by),
    CONSTRAINT approval_revision_of FOREIGN KEY (tenant_id, request_id) REFERENCES parties.approval_request (tenant_id, id),
    CONSTRAINT approval_revision_writer FOREIGN KEY (tenant_id, written_by) REFERENCES parties.person (tenant_id, id)
);

CREATE TABLE parties.approval_verdict (
    tenant_id      uuid NOT NULL,
    request_id     uuid NOT NULL,
    revision       integer NOT NULL,
    person_id      uuid NOT NULL,
    payload_sha256 bytea NOT NULL,
    written_by     uuid NOT NULL,
    approved       boolean NOT NULL,
    reason         text NOT NULL,
    given_at       timestamptz NOT NULL,
    CONSTRAINT approval_verdict_pkey PRIMARY KEY (tenant_id, request_id, revision, person_id),
    CONSTRAINT approval_verdict_on FOREIGN KEY (tenant_id, request_id, revision, payload_sha256, written_by)
        REFERENCES parties.approval_revision (tenant_id, request_id, revision, payload_sha256, written_by),
    CONSTRAINT approval_verdict_person FOREIGN KEY (tenant_id, person_id) REFERENCES parties.person (tenant_id, id),
    CONSTRAINT approval_verdict_by_another CHECK (person_id <> written_by)
);

ALTER TABLE parties.approval_request ENABLE ROW LEVEL SECURITY;
ALTER TABLE parties.approval_request FORCE ROW LEVEL SECURITY;
ALTER TABLE parties.approval_revision ENABLE ROW LEVEL SECURITY;
ALTER TABLE parties.approval_revision FORCE ROW LEVEL SECURITY;
ALTER TABLE parties.approval_verdict ENABLE ROW LEVEL SECURITY;
ALTER TABLE parties.approval_verdict FORCE ROW LEVEL SECURITY;
CREATE POLICY approval_request_house ON parties.approval_request FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY approval_revision_house ON parties.approval_revision FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY approval_verdict_house ON parties.approval_verdict FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY approval_request_read ON parties.approval_request FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY approval_revision_read ON parties.approval_revision FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY approval_verdict_read ON parties.approval_verdict FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY approval_request_own ON parties.approval_request FOR SELECT TO openscf_member
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
           AND party_id = nullif(current_setting('app.member', true), '')::uuid);
CREATE POLICY approval_revision_own ON parties.approval_revision FOR SELECT TO openscf_member
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
           AND EXISTS (SELECT FROM parties.approval_request r
                       WHERE r.tenant_id = approval_revision.tenant_id AND r.id = approval_revision.request_id));
CREATE POLICY approval_verdict_own ON parties.approval_verdict FOR SELECT TO openscf_member
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
           AND EXISTS (SELECT FROM parties.approval_request r
                       WHERE r.tenant_id = approval_verdict.tenant_id AND r.id = approval_verdict.request_id));
GRANT SELECT, INSERT ON parties.approval_request, parties.approval_revision, parties.approval_verdict TO openscf_app;
GRANT UPDATE (revision, state, closed_at) ON parties.approval_request TO openscf_app;
GRANT SELECT ON parties.approval_request, parties.approval_revision, parties.approval_verdict
    TO openscf_read, openscf_member;
