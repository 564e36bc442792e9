-- Enterprises. What the public registers say of one stands in parties.enterprise; what the platform thinks of it (KYB),
-- what it does here (roles) and who owns it stand beside it, where only the enterprise itself and the house see them.
CREATE SCHEMA parties;
GRANT USAGE ON SCHEMA parties TO openscf_app, openscf_read, openscf_member;

CREATE TABLE parties.enterprise (
    tenant_id     uuid NOT NULL REFERENCES platform.tenant (id),
    id            uuid NOT NULL,
    kind          text NOT NULL CHECK (kind IN ('company', 'individual_business', 'institution', 'bank', 'fund')),
    name_zh       text CHECK (name_zh <> ''),
    name_en       text CHECK (name_en <> ''),
    short_name    text CHECK (short_name <> ''),
    uscc          text CHECK (uscc ~ '^[0-9A-HJ-NP-RTUWXY]{18}$'),
    lei           text CHECK (lei ~ '^[0-9A-Z]{18}[0-9]{2}$'),
    country       text NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
    industry      text CHECK (industry ~ '^[A-T]([0-9]{2,4})?$'),  -- GB/T 4754: section, division, group, class
    registered_on date,
    listed        boolean NOT NULL,  -- other members may find it: it has passed KYB once
    sort_key      bytea NOT NULL,    -- GB18030 bytes of the name: first-level characters in the order of pinyin
    version       integer NOT NULL CHECK (version > 0),
    created_at    timestamptz NOT NULL,
    updated_at    timestamptz NOT NULL,
    CONSTRAINT enterprise_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT enterprise_uscc_once UNIQUE (tenant_id, uscc),
    CONSTRAINT enterprise_lei_once UNIQUE (tenant_id, lei),
    CONSTRAINT enterprise_has_code CHECK (uscc IS NOT NULL OR lei IS NOT NULL),
    CONSTRAINT enterprise_has_name CHECK (name_zh IS NOT NULL OR name_en IS NOT NULL)
);
CREATE INDEX enterprise_sorted ON parties.enterprise (tenant_id, sort_key, id);
ALTER TABLE parties.enterprise ENABLE ROW LEVEL SECURITY;
ALTER TABLE parties.enterprise FORCE ROW LEVEL SECURITY;
CREATE POLICY enterprise_house ON parties.enterprise FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY enterprise_read ON parties.enterprise FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY enterprise_directory ON parties.enterprise FOR SELECT TO openscf_member
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
           AND (listed OR id = nullif(current_setting('app.member', true), '')::uuid));
GRANT SELECT, INSERT ON parties.enterprise TO openscf_app;
GRANT UPDATE (kind, name_zh, name_en, short_name, lei, country, industry, registered_on, listed, sort_key, version,
              updated_at) ON parties.enterprise TO openscf_app;
GRANT SELECT ON parties.enterprise TO openscf_read;
GRANT SELECT (tenant_id, id, kind, name_zh, name_en, short_name, uscc, lei, country, industry, registered_on, listed,
              sort_key, version) ON parties.enterprise TO openscf_member;

-- Pieces of names, one row each. A text[] with GIN would be smaller, but under forced row security PostgreSQL may not
-- use it: array containment is not leakproof, so it is only a filter. Equality of text is, and a B-tree serves it.
CREATE TABLE parties.name_gram (
    tenant_id uuid NOT NULL,
    gram      text NOT NULL,
    party_id  uuid NOT NULL,
    CONSTRAINT name_gram_pkey PRIMARY KEY (tenant_id, gram, party_id),
    CONSTRAINT name_gram_party FOREIGN KEY (tenant_id, party_id) REFERENCES parties.enterprise (tenant_id, id)
);
CREATE INDEX name_gram_of_party ON parties.name_gram (tenant_id, party_id);
ALTER TABLE parties.name_gram ENABLE ROW LEVEL SECURITY;
ALTER TABLE parties.name_gram FORCE ROW LEVEL SECURITY;
CREATE POLICY name_gram_house ON parties.name_gram FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY name_gram_read ON parties.name_gram FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
-- The subquery sees what the member's own policy on enterprises lets it see: the listed ones and itself.
CREATE POLICY name_gram_directory ON parties.name_gram FOR SELECT TO openscf_member
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
           AND EXISTS (SELECT FROM parties.enterprise e
                       WHERE e.tenant_id = name_gram.tenant_id AND e.id = name_gram.party_id));
GRANT SELECT, INSERT, DELETE ON parties.name_gram TO openscf_app;
GRANT SELECT ON parties.name_gram TO openscf_read, openscf_member;

CREATE TABLE parties.kyb (
    tenant_id  uuid NOT NULL,
    party_id   uuid NOT NULL,
    status     text NOT NULL CHECK (status IN ('unverified', 'in_review', 'verified', 'suspended', 'rejected', 'closed')),
    reason     text NOT NULL,
    changed_by text NOT NULL,
    changed_at timestamptz NOT NULL,
    CONSTRAINT kyb_pkey PRIMARY KEY (tenant_id, party_id),
    CONSTRAINT kyb_party FOREIGN KEY (tenant_id, party_id) REFERENCES parties.enterprise (tenant_id, id)
);
ALTER TABLE parties.kyb ENABLE ROW LEVEL SECURITY;
ALTER TABLE parties.kyb FORCE ROW LEVEL SECURITY;
CREATE POLICY kyb_house ON parties.kyb FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY kyb_read ON parties.kyb FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY kyb_own ON parties.kyb FOR SELECT TO openscf_member
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
           AND party_id = nullif(current_setting('app.member', true), '')::uuid);
GRANT SELECT, INSERT ON parties.kyb TO openscf_app;
GRANT UPDATE (status, reason, changed_by, changed_at) ON parties.kyb TO openscf_app;
GRANT SELECT ON parties.kyb TO openscf_read;
GRANT SELECT (tenant_id, party_id, status, changed_at) ON parties.kyb TO openscf_member;

CREATE TABLE parties.party_role (
    tenant_id   uuid NOT NULL,
    party_id    uuid NOT NULL,
    role        text NOT NULL CHECK (role IN ('supplier', 'buyer', 'anchor', 'distributor', 'funder', 'custodian', 'carrier',
                                              'rater', 'guarantor', 'operator', 'backer')),
    valid_from  date NOT NULL,
    valid_until date,  -- the first day on which it no longer holds
    given_at    timestamptz NOT NULL,
    CONSTRAINT party_role_pkey PRIMARY KEY (tenant_id, party_id, role, valid_from),
    CONSTRAINT party_role_party FOREIGN KEY (tenant_id, party_id) REFERENCES parties.enterprise (tenant_id, id),
    CONSTRAINT party_role_lasts CHECK (valid_until > valid_from)
);
ALTER TABLE parties.party_role ENABLE ROW LEVEL SECURITY;
ALTER TABLE parties.party_role FORCE ROW LEVEL SECURITY;
CREATE POLICY party_role_house ON parties.party_role FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY party_role_read ON parties.party_role FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY party_role_own ON parties.party_role FOR SELECT TO openscf_member
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
           AND party_id = nullif(current_setting('app.member', true), '')::uuid);
GRANT SELECT, INSERT ON parties.party_role TO openscf_app;
GRANT UPDATE (valid_until) ON parties.party_role TO openscf_app;
GRANT SELECT ON parties.party_role TO openscf_read, openscf_member;

-- One row per tenant, locked by whoever changes ownership: whether an edge closes a circle depends on all the others.
CREATE TABLE parties.ownership_book (
    tenant_id uuid PRIMARY KEY REFERENCES platform.tenant (id),
    version   bigint NOT NULL
);
ALTER TABLE parties.ownership_book ENABLE ROW LEVEL SECURITY;
ALTER TABLE parties.ownership_book FORCE ROW LEVEL SECURITY;
CREATE POLICY ownership_book_house ON parties.ownership_book FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
GRANT SELECT, INSERT, UPDATE ON parties.ownership_book TO openscf_app;

CREATE TABLE parties.ownership (
    tenant_id   uuid NOT NULL,
    id          uuid NOT NULL,
    owner_id    uuid NOT NULL,
    owned_id    uuid NOT NULL,
    share_bps   integer NOT NULL CHECK (share_bps BETWEEN 0 AND 10000),  -- 0: control by agreement, without shares
    controls    boolean NOT NULL,
    valid_from  date NOT NULL,
    valid_until date,
    source      text NOT NULL CHECK (source <> ''),  -- where it is known from: register extract, articles, agreement
    recorded_at timestamptz NOT NULL,
    CONSTRAINT ownership_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT ownership_owner FOREIGN KEY (tenant_id, owner_id) REFERENCES parties.enterprise (tenant_id, id),
    CONSTRAINT ownership_owned FOREIGN KEY (tenant_id, owned_id) REFERENCES parties.enterprise (tenant_id, id),
    CONSTRAINT ownership_lasts CHECK (valid_until > valid_from),
    CONSTRAINT ownership_of_another CHECK (owner_id <> owned_id),
    CONSTRAINT ownership_says_something CHECK (share_bps > 0 OR controls)
);
CREATE INDEX ownership_up ON parties.ownership (tenant_id, owned_id);
CREATE INDEX ownership_down ON parties.ownership (tenant_id, owner_id);
ALTER TABLE parties.ownership ENABLE ROW LEVEL SECURITY;
ALTER TABLE parties.ownership FORCE ROW LEVEL SECURITY;
CREATE POLICY ownership_house ON parties.ownership FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY ownership_read ON parties.ownership FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY ownership_own ON parties.ownership FOR SELECT TO openscf_member
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
           AND nullif(current_setting('app.member', true), '')::uuid IN (owner_id, owned_id));
GRANT SELECT, INSERT ON parties.ownership TO openscf_app;
GRANT UPDATE (valid_until) ON parties.ownership TO openscf_app;
GRANT SELECT ON parties.ownership TO openscf_read, openscf_member;
