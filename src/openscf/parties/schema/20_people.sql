-- Natural persons. Names, numbers and documents are sealed (AES-GCM) under a key outside the database; equal documents
-- are recognised by their keyed hash, so a person who comes a second time is the same person.
CREATE TABLE parties.person (
    tenant_id     uuid NOT NULL REFERENCES platform.tenant (id),
    id            uuid NOT NULL,
    status        text NOT NULL CHECK (status IN ('active', 'revoked')),
    name_sealed   bytea NOT NULL,
    mobile_sealed bytea,
    created_at    timestamptz NOT NULL,
    revoked_at    timestamptz,
    CONSTRAINT person_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT person_revoked_once CHECK ((status = 'revoked') = (revoked_at IS NOT NULL))
);

CREATE TABLE parties.person_document (
    tenant_id     uuid NOT NULL,
    fingerprint   bytea NOT NULL CHECK (length(fingerprint) = 32),
    person_id     uuid NOT NULL,
    kind          text NOT NULL CHECK (kind IN ('resident_id', 'passport')),
    country       text NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
    number_sealed bytea NOT NULL,
    added_at      timestamptz NOT NULL,
    CONSTRAINT person_document_pkey PRIMARY KEY (tenant_id, fingerprint),
    CONSTRAINT person_document_person FOREIGN KEY (tenant_id, person_id) REFERENCES parties.person (tenant_id, id)
);
CREATE INDEX person_document_of ON parties.person_document (tenant_id, person_id);

CREATE TABLE parties.login (
    tenant_id        uuid NOT NULL,
    id               uuid NOT NULL,
    person_id        uuid NOT NULL,
    name_fingerprint bytea NOT NULL CHECK (length(name_fingerprint) = 32),
    name_sealed      bytea NOT NULL,
    password_hash    text NOT NULL CHECK (password_hash LIKE '$argon2id$%'),
    totp_sealed      bytea,
    totp_last_step   bigint,  -- a one-time code is used once: steps up to this one are spent
    active           boolean NOT NULL,
    created_at       timestamptz NOT NULL,
    CONSTRAINT login_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT login_name_once UNIQUE (tenant_id, name_fingerprint),
    CONSTRAINT login_person FOREIGN KEY (tenant_id, person_id) REFERENCES parties.person (tenant_id, id)
);

CREATE TABLE parties.appointment (
    tenant_id    uuid NOT NULL,
    id           uuid NOT NULL,
    person_id    uuid NOT NULL,
    party_id     uuid NOT NULL,
    role         text NOT NULL,
    valid_from   date NOT NULL,
    valid_until  date,
    appointed_by text NOT NULL,
    appointed_at timestamptz NOT NULL,
    ended_at     timestamptz,  -- dismissed: nothing from this instant on
    CONSTRAINT appointment_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT appointment_person FOREIGN KEY (tenant_id, person_id) REFERENCES parties.person (tenant_id, id),
    CONSTRAINT appointment_party FOREIGN KEY (tenant_id, party_id) REFERENCES parties.enterprise (tenant_id, id),
    CONSTRAINT appointment_lasts CHECK (valid_until > valid_from)
);
CREATE UNIQUE INDEX appointment_once ON parties.appointment (tenant_id, person_id, party_id, role) WHERE ended_at IS NULL;
CREATE INDEX appointment_of_party ON parties.appointment (tenant_id, party_id);

ALTER TABLE parties.person ENABLE ROW LEVEL SECURITY;
ALTER TABLE parties.person FORCE ROW LEVEL SECURITY;
ALTER TABLE parties.person_document ENABLE ROW LEVEL SECURITY;
ALTER TABLE parties.person_document FORCE ROW LEVEL SECURITY;
ALTER TABLE parties.login ENABLE ROW LEVEL SECURITY;
ALTER TABLE parties.login FORCE ROW LEVEL SECURITY;
ALTER TABLE parties.appointment ENABLE ROW LEVEL SECURITY;
ALTER TABLE parties.appointment FORCE ROW LEVEL SECURITY;
CREATE POLICY person_house ON parties.person FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY person_document_house ON parties.person_document FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY login_house ON parties.login FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY appointment_house ON parties.appointment FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY person_read ON parties.person FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY appointment_read ON parties.appointment FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY appointment_own ON parties.appointment FOR SELECT TO openscf_member
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
           AND party_id = nullif(current_setting('app.member', true), '')::uuid);
-- A member sees the persons whom it has appointed; the subquery itself sees only the member's own appointments.
CREATE POLICY person_own ON parties.person FOR SELECT TO openscf_member
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
           AND EXISTS (SELECT FROM parties.appointment a WHERE a.tenant_id = person.tenant_id AND a.person_id = person.id));
GRANT SELECT, INSERT ON parties.person, parties.person_document, parties.login, parties.appointment TO openscf_app;
GRANT UPDATE (status, revoked_at) ON parties.person TO openscf_app;
GRANT UPDATE (password_hash, totp_sealed, totp_last_step, active) ON parties.login TO openscf_app;
GRANT UPDATE (ended_at) ON parties.appointment TO openscf_app;
GRANT SELECT ON parties.appointment TO openscf_read, openscf_member;
GRANT SELECT (tenant_id, id, status, created_at, revoked_at) ON parties.person TO openscf_read;
GRANT SELECT (tenant_id, id, status, name_sealed) ON parties.person TO openscf_member;

-- Which keys seal personal data, by a value from which the key can't be found: a program that holds other keys than those
-- with which this database was written is refused at its start, before it seals anything that nobody will open again.
CREATE TABLE parties.vault_key (
    number      integer PRIMARY KEY CHECK (number > 0),
    check_value bytea NOT NULL CHECK (length(check_value) = 32)
);
ALTER TABLE parties.vault_key ENABLE ROW LEVEL SECURITY;
ALTER TABLE parties.vault_key FORCE ROW LEVEL SECURITY;
CREATE POLICY vault_key_known ON parties.vault_key FOR SELECT TO openscf_app USING (true);
CREATE POLICY vault_key_noted ON parties.vault_key FOR INSERT TO openscf_app WITH CHECK (true);
GRANT SELECT, INSERT ON parties.vault_key TO openscf_app;
