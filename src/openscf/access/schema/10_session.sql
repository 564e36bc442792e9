-- Who is signed in, and with which keys programs come. A token is 256 random bits and leaves only once; what is kept is its
-- SHA-256, so a copy of the database opens nothing.
CREATE SCHEMA access;
GRANT USAGE ON SCHEMA access TO openscf_app, openscf_read;

CREATE TABLE access.session (
    tenant_id     uuid NOT NULL REFERENCES platform.tenant (id),
    id            uuid NOT NULL,
    token_sha256  bytea NOT NULL CHECK (length(token_sha256) = 32),
    login_id      uuid NOT NULL,
    person_id     uuid NOT NULL,
    party_id      uuid,           -- for which enterprise the person acts at present; none for one who has no appointment
    signed_in_at  timestamptz NOT NULL,
    seen_at       timestamptz NOT NULL,
    stepped_up_at timestamptz,    -- when the person last proved its second factor, or its password where it has none
    ended_at      timestamptz,
    CONSTRAINT session_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT session_token UNIQUE (tenant_id, token_sha256)
);
CREATE INDEX session_of_person ON access.session (tenant_id, person_id) WHERE ended_at IS NULL;

CREATE TABLE access.api_key (
    tenant_id    uuid NOT NULL REFERENCES platform.tenant (id),
    id           uuid NOT NULL,
    token_sha256 bytea NOT NULL CHECK (length(token_sha256) = 32),
    name         text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    person_id    uuid NOT NULL,   -- the natural person who answers for it: four eyes see through a key
    party_id     uuid NOT NULL,
    scope        text NOT NULL CHECK (scope IN ('read', 'write', 'money')),
    made_at      timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    used_at      timestamptz,
    revoked_at   timestamptz,
    CONSTRAINT api_key_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT api_key_token UNIQUE (tenant_id, token_sha256),
    CONSTRAINT api_key_lasts CHECK (expires_at > made_at)
);
CREATE INDEX api_key_of_party ON access.api_key (tenant_id, party_id);

-- Somebody was asked to come in: the bearer of the token chooses the password of the login, once.
CREATE TABLE access.invitation (
    tenant_id    uuid NOT NULL REFERENCES platform.tenant (id),
    id           uuid NOT NULL,
    token_sha256 bytea NOT NULL CHECK (length(token_sha256) = 32),
    person_id    uuid NOT NULL,
    login_id     uuid NOT NULL,
    party_id     uuid NOT NULL,
    made_at      timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    accepted_at  timestamptz,
    CONSTRAINT invitation_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT invitation_token UNIQUE (tenant_id, token_sha256),
    CONSTRAINT invitation_lasts CHECK (expires_at > made_at)
);

-- Failed attempts to sign in, by the keyed mark of the login name, whether or not somebody has that name.
CREATE TABLE access.attempt (
    tenant_id     uuid NOT NULL REFERENCES platform.tenant (id),
    mark          bytea NOT NULL CHECK (length(mark) = 32),
    failed_count  integer NOT NULL CHECK (failed_count > 0),
    failed_at     timestamptz NOT NULL,
    CONSTRAINT attempt_pkey PRIMARY KEY (tenant_id, mark)
);

-- A sandbox is a book whose time may be moved forward, as a test of a 90-day deal needs; a real book has no row here.
CREATE TABLE access.sandbox (
    tenant_id  uuid PRIMARY KEY REFERENCES platform.tenant (id),
    ahead_s    bigint NOT NULL,  -- negative: its time began in the past
    opened_at  timestamptz NOT NULL
);

ALTER TABLE access.session ENABLE ROW LEVEL SECURITY;
ALTER TABLE access.session FORCE ROW LEVEL SECURITY;
ALTER TABLE access.api_key ENABLE ROW LEVEL SECURITY;
ALTER TABLE access.api_key FORCE ROW LEVEL SECURITY;
ALTER TABLE access.invitation ENABLE ROW LEVEL SECURITY;
ALTER TABLE access.invitation FORCE ROW LEVEL SECURITY;
ALTER TABLE access.attempt ENABLE ROW LEVEL SECURITY;
ALTER TABLE access.attempt FORCE ROW LEVEL SECURITY;
ALTER TABLE access.sandbox ENABLE ROW LEVEL SECURITY;
ALTER TABLE access.sandbox FORCE ROW LEVEL SECURITY;
CREATE POLICY session_house ON access.session FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY api_key_house ON access.api_key FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY invitation_house ON access.invitation FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY attempt_house ON access.attempt FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY sandbox_house ON access.sandbox FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY sandbox_read ON access.sandbox FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
GRANT SELECT, INSERT ON access.session, access.api_key, access.invitation, access.sandbox TO openscf_app;
GRANT SELECT, INSERT, DELETE, UPDATE (failed_count, failed_at) ON access.attempt TO openscf_app;
GRANT UPDATE (party_id, seen_at, stepped_up_at, ended_at) ON access.session TO openscf_app;
GRANT UPDATE (used_at, revoked_at) ON access.api_key TO openscf_app;
GRANT UPDATE (accepted_at) ON access.invitation TO openscf_app;
GRANT UPDATE (ahead_s) ON access.sandbox TO openscf_app;
GRANT SELECT ON access.sandbox TO openscf_read;
