-- Tenants: a reference table that every tenant table points at. Adding one is an act of the operator of the installation.
CREATE SCHEMA platform;
GRANT USAGE ON SCHEMA platform TO openscf_app, openscf_seal, openscf_read, openscf_member;

CREATE TABLE platform.tenant (
    id         uuid PRIMARY KEY,
    name       text NOT NULL CHECK (name <> ''),
    created_at timestamptz NOT NULL
);
ALTER TABLE platform.tenant ENABLE ROW LEVEL SECURITY;
ALTER TABLE platform.tenant FORCE ROW LEVEL SECURITY;
-- Who is a tenant is no secret among the program's own roles; a member sees only the house it is in.
CREATE POLICY tenant_known ON platform.tenant FOR SELECT TO openscf_app, openscf_seal, openscf_read USING (true);
CREATE POLICY tenant_added ON platform.tenant FOR INSERT TO openscf_app WITH CHECK (true);
CREATE POLICY tenant_own ON platform.tenant FOR SELECT TO openscf_member
    USING (id = nullif(current_setting('app.tenant', true), '')::uuid);
GRANT SELECT, INSERT ON platform.tenant TO openscf_app;
GRANT SELECT ON platform.tenant TO openscf_seal, openscf_read, openscf_member;

-- The audit log. The transaction that changes state writes its entry into the inbox; the sealer moves entries, in the
-- order of their ordinals, into the chain. So no two business transactions ever wait for each other's hash.
CREATE TABLE platform.audit_inbox (
    ordinal    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id  uuid NOT NULL,
    id         uuid NOT NULL,
    -- An instant outside any business life (infinity among them) could not be hashed and would stop the sealer.
    at         timestamptz NOT NULL CHECK (at >= '1970-01-01 00:00:00+00' AND at < '3000-01-01 00:00:00+00'),
    actor      text NOT NULL,
    action     text NOT NULL,
    subject    text NOT NULL,
    request_id uuid,
    payload    text NOT NULL  -- canonical JSON, kept as the very bytes that are hashed
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000);  -- a queue: always nearly empty
ALTER TABLE platform.audit_inbox ENABLE ROW LEVEL SECURITY;
ALTER TABLE platform.audit_inbox FORCE ROW LEVEL SECURITY;
CREATE POLICY inbox_written ON platform.audit_inbox FOR INSERT TO openscf_app
    WITH CHECK (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY inbox_sealed ON platform.audit_inbox FOR ALL TO openscf_seal USING (true);
CREATE POLICY inbox_read ON platform.audit_inbox FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
GRANT INSERT ON platform.audit_inbox TO openscf_app;
GRANT SELECT, DELETE ON platform.audit_inbox TO openscf_seal;
GRANT SELECT ON platform.audit_inbox TO openscf_read;

-- The chain: gapless, append-only, written by the sealer alone. A local register and no tenant table: its key is its
-- place in the chain. leaf_hash and chain_hash are defined in docs/reference/evidence-format.md.
CREATE TABLE platform.audit_entry (
    seq        bigint PRIMARY KEY CHECK (seq > 0),
    tenant_id  uuid NOT NULL,
    id         uuid NOT NULL,
    at         timestamptz NOT NULL,
    actor      text NOT NULL,
    action     text NOT NULL,
    subject    text NOT NULL,
    request_id uuid,
    payload    text NOT NULL,
    leaf_hash  bytea NOT NULL CHECK (length(leaf_hash) = 32),
    chain_hash bytea NOT NULL CHECK (length(chain_hash) = 32)
);
CREATE INDEX audit_entry_subject ON platform.audit_entry (tenant_id, subject, seq);
CREATE INDEX audit_entry_action ON platform.audit_entry (tenant_id, action, seq);
ALTER TABLE platform.audit_entry ENABLE ROW LEVEL SECURITY;
ALTER TABLE platform.audit_entry FORCE ROW LEVEL SECURITY;
CREATE POLICY entry_sealed ON platform.audit_entry FOR INSERT TO openscf_seal WITH CHECK (true);
CREATE POLICY entry_verified ON platform.audit_entry FOR SELECT TO openscf_seal USING (true);
CREATE POLICY entry_own ON platform.audit_entry FOR SELECT TO openscf_app, openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
GRANT SELECT, INSERT ON platform.audit_entry TO openscf_seal;
GRANT SELECT ON platform.audit_entry TO openscf_app, openscf_read;

-- One row for each run of the sealer, in the same transaction as its entries, signed: an entry that no seal covers was
-- not written by the sealer. The peaks are the roots of the complete subtrees, largest first; with them the next run
-- goes on without reading the past.
CREATE TABLE platform.audit_seal (
    last_seq   bigint PRIMARY KEY,
    first_seq  bigint NOT NULL CHECK (first_seq BETWEEN 1 AND last_seq),
    at         timestamptz NOT NULL,
    root       bytea NOT NULL CHECK (length(root) = 32),
    chain_hash bytea NOT NULL CHECK (length(chain_hash) = 32),
    peaks      bytea NOT NULL CHECK (length(peaks) % 32 = 0),
    key_id     bytea NOT NULL CHECK (length(key_id) = 32),
    signature  bytea NOT NULL CHECK (length(signature) = 64)
);

-- Every 256th subtree of the Merkle tree (levels 8, 16, …), so that a proof reads hundreds of rows and not the log.
-- Nothing is believed because it stands here: whoever makes a proof from it checks it against a signed root.
CREATE TABLE platform.audit_node (
    level smallint NOT NULL CHECK (level > 0 AND level % 8 = 0),
    place bigint NOT NULL CHECK (place >= 0),
    hash  bytea NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (level, place)
);

-- A copy of the signed notes whose originals lie outside the database.
CREATE TABLE platform.audit_checkpoint (
    number bigint PRIMARY KEY CHECK (number > 0),
    size   bigint NOT NULL CHECK (size >= 0),
    note   text NOT NULL
);

ALTER TABLE platform.audit_seal ENABLE ROW LEVEL SECURITY;
ALTER TABLE platform.audit_seal FORCE ROW LEVEL SECURITY;
ALTER TABLE platform.audit_node ENABLE ROW LEVEL SECURITY;
ALTER TABLE platform.audit_node FORCE ROW LEVEL SECURITY;
ALTER TABLE platform.audit_checkpoint ENABLE ROW LEVEL SECURITY;
ALTER TABLE platform.audit_checkpoint FORCE ROW LEVEL SECURITY;
CREATE POLICY seal_made ON platform.audit_seal FOR ALL TO openscf_seal USING (true);
CREATE POLICY node_made ON platform.audit_node FOR ALL TO openscf_seal USING (true);
CREATE POLICY checkpoint_made ON platform.audit_checkpoint FOR ALL TO openscf_seal USING (true);
-- Hashes and signatures tell nothing about a tenant: readers may have them all.
CREATE POLICY seal_read ON platform.audit_seal FOR SELECT TO openscf_read USING (true);
CREATE POLICY checkpoint_read ON platform.audit_checkpoint FOR SELECT TO openscf_read USING (true);
GRANT SELECT, INSERT ON platform.audit_seal, platform.audit_node, platform.audit_checkpoint TO openscf_seal;
GRANT SELECT ON platform.audit_seal, platform.audit_checkpoint TO openscf_read;

-- Append-only by privilege (above), by trigger (here, against the owner too) and by checksum (the chain): I5.
CREATE FUNCTION platform.refuse_change() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON platform.audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION platform.refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON platform.audit_seal
    FOR EACH STATEMENT EXECUTE FUNCTION platform.refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON platform.audit_node
    FOR EACH STATEMENT EXECUTE FUNCTION platform.refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON platform.audit_checkpoint
    FOR EACH STATEMENT EXECUTE FUNCTION platform.refuse_change();

-- What db offers to readers of all capabilities: every entry of the tenant, sealed or still waiting, once.
CREATE VIEW platform.audited WITH (security_invoker = true) AS
SELECT tenant_id, id, at, actor, action, subject, request_id, payload FROM platform.audit_entry
UNION ALL
SELECT tenant_id, id, at, actor, action, subject, request_id, payload FROM platform.audit_inbox;
GRANT SELECT ON platform.audited TO openscf_read;

-- Messages for the outside, written by the transaction that they tell of; the relay delivers them afterwards.
-- Ordinals are taken before the commit, so a reader that follows them would skip a transaction that commits late. The
-- relay therefore numbers messages once more, when they are visible: `position` is the order of the feed and of
-- delivery. Messages of transactions that waited for each other keep their order; others have none to keep.
CREATE TABLE platform.outbox (
    ordinal     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id   uuid NOT NULL,
    id          uuid NOT NULL,
    at          timestamptz NOT NULL,
    topic       text NOT NULL,
    aggregate   text NOT NULL,
    payload     text NOT NULL,  -- canonical JSON
    position    bigint,
    state       text NOT NULL DEFAULT 'waiting'
                CHECK (state IN ('waiting', 'pending', 'confirmed', 'refused', 'parked', 'skipped')),
    attempts    integer NOT NULL DEFAULT 0,
    due_at      timestamptz,    -- not before; NULL is at once
    note        text NOT NULL DEFAULT '',
    answered_at timestamptz
);
-- The writer of a message pays for the first index only; the relay, which numbers it later, for the others.
CREATE INDEX outbox_unnumbered ON platform.outbox (ordinal) WHERE position IS NULL;
CREATE UNIQUE INDEX outbox_feed ON platform.outbox (tenant_id, position) WHERE position IS NOT NULL;
CREATE INDEX outbox_waiting ON platform.outbox (position) WHERE position IS NOT NULL AND state = 'waiting';
CREATE INDEX outbox_open ON platform.outbox (tenant_id, aggregate, position)
    WHERE position IS NOT NULL AND state IN ('waiting', 'parked');
CREATE INDEX outbox_pending ON platform.outbox (due_at) WHERE state = 'pending';
CREATE INDEX outbox_stuck ON platform.outbox (tenant_id, id) WHERE state IN ('parked', 'pending');
ALTER TABLE platform.outbox ENABLE ROW LEVEL SECURITY;
ALTER TABLE platform.outbox FORCE ROW LEVEL SECURITY;
CREATE POLICY outbox_written ON platform.outbox FOR INSERT TO openscf_app
    WITH CHECK (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY outbox_own ON platform.outbox FOR SELECT TO openscf_app, openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
-- An operator frees what is parked, and a later notice ends what is pending; nothing else of a message is the
-- application's to change.
CREATE POLICY outbox_freed ON platform.outbox FOR UPDATE TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid AND state IN ('parked', 'pending'))
    WITH CHECK (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
                AND state IN ('waiting', 'skipped', 'confirmed', 'refused'));
CREATE POLICY outbox_relayed ON platform.outbox FOR SELECT TO openscf_seal USING (true);
CREATE POLICY outbox_answered ON platform.outbox FOR UPDATE TO openscf_seal USING (true);
GRANT SELECT, INSERT (tenant_id, id, at, topic, aggregate, payload), UPDATE (state, attempts, due_at, note, answered_at)
    ON platform.outbox TO openscf_app;
GRANT SELECT, UPDATE (position, state, attempts, due_at, note, answered_at) ON platform.outbox TO openscf_seal;
GRANT SELECT ON platform.outbox TO openscf_read;

-- The last position given out; its lock makes one relay at a time number messages.
CREATE TABLE platform.outbox_head (
    single   boolean PRIMARY KEY DEFAULT true CHECK (single),
    position bigint NOT NULL
);
INSERT INTO platform.outbox_head (position) VALUES (0);
ALTER TABLE platform.outbox_head ENABLE ROW LEVEL SECURITY;
ALTER TABLE platform.outbox_head FORCE ROW LEVEL SECURITY;
CREATE POLICY head_numbered ON platform.outbox_head FOR ALL TO openscf_seal USING (true);
CREATE POLICY head_read ON platform.outbox_head FOR SELECT TO openscf_read USING (true);
GRANT SELECT, UPDATE ON platform.outbox_head TO openscf_seal;
GRANT SELECT ON platform.outbox_head TO openscf_read;

-- What each command was answered, written by the transaction of its effect: a repeated command gets the same bytes.
-- The application may add and read records and never change or remove one; the sealer may remove those with an expiry
-- and can't even see the others, which are those of money.
CREATE TABLE platform.idempotency (
    tenant_id  uuid NOT NULL,
    caller     text NOT NULL,  -- whose key it is: members of one tenant may choose the same key by chance
    operation  text NOT NULL CHECK (operation <> ''),
    key        text NOT NULL CHECK (key ~ '^[!-~]{1,255}$'),
    inputs     bytea NOT NULL CHECK (octet_length(inputs) = 32),  -- SHA-256 of the canonical inputs
    refused    boolean NOT NULL,
    response   text NOT NULL,  -- canonical JSON, kept as the very bytes that were answered
    at         timestamptz NOT NULL,
    expires_at timestamptz CHECK (expires_at > at),
    PRIMARY KEY (tenant_id, caller, operation, key)
);
CREATE INDEX idempotency_expiring ON platform.idempotency (expires_at) WHERE expires_at IS NOT NULL;
ALTER TABLE platform.idempotency ENABLE ROW LEVEL SECURITY;
ALTER TABLE platform.idempotency FORCE ROW LEVEL SECURITY;
CREATE POLICY idempotency_own ON platform.idempotency FOR SELECT TO openscf_app, openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY idempotency_added ON platform.idempotency FOR INSERT TO openscf_app
    WITH CHECK (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY idempotency_expiring ON platform.idempotency FOR SELECT TO openscf_seal USING (expires_at IS NOT NULL);
CREATE POLICY idempotency_purged ON platform.idempotency FOR DELETE TO openscf_seal USING (expires_at IS NOT NULL);
GRANT SELECT, INSERT ON platform.idempotency TO openscf_app;
GRANT SELECT ON platform.idempotency TO openscf_read;
GRANT SELECT (tenant_id, caller, operation, key, expires_at), DELETE ON platform.idempotency TO openscf_seal;

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

-- Bank accounts of enterprises. Rows are never deleted and their number never changes: a change is a new row, approved by
-- two persons, which takes over from its predecessor when its cooling period has passed.
CREATE TABLE parties.bank_account (
    tenant_id          uuid NOT NULL,
    id                 uuid NOT NULL,
    party_id           uuid NOT NULL,
    purpose            text NOT NULL CHECK (purpose IN ('settlement', 'collection', 'margin')),
    currency           text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    scheme             text NOT NULL CHECK (scheme IN ('CNAPS', 'IBAN')),
    bank_code          text NOT NULL CHECK (bank_code <> ''),
    holder_name        text NOT NULL CHECK (holder_name <> ''),
    number_sealed      bytea NOT NULL,
    number_fingerprint bytea NOT NULL CHECK (length(number_fingerprint) = 32),
    state              text NOT NULL CHECK (state IN ('proposed', 'approved', 'dropped', 'stopped')),
    replaces           uuid,
    request_id         uuid NOT NULL,
    proposed_at        timestamptz NOT NULL,
    approved_at        timestamptz,
    usable_from        timestamptz,  -- end of the cooling period
    usable_until       timestamptz,  -- the successor's usable_from, or the instant at which it was stopped
    CONSTRAINT bank_account_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT bank_account_party FOREIGN KEY (tenant_id, party_id) REFERENCES parties.enterprise (tenant_id, id),
    CONSTRAINT bank_account_replaces FOREIGN KEY (tenant_id, replaces) REFERENCES parties.bank_account (tenant_id, id),
    CONSTRAINT bank_account_request FOREIGN KEY (tenant_id, request_id) REFERENCES parties.approval_request (tenant_id, id),
    CONSTRAINT bank_account_approved CHECK ((state IN ('approved', 'stopped')) = (approved_at IS NOT NULL)
                                            AND (approved_at IS NULL) = (usable_from IS NULL)),
    CONSTRAINT bank_account_cools CHECK (usable_from >= approved_at),
    CONSTRAINT bank_account_stopped CHECK (state <> 'stopped' OR usable_until IS NOT NULL)
);
-- At most one account that goes on for ever per purpose and currency: two approved changes can't both be the last word.
CREATE UNIQUE INDEX bank_account_last_word ON parties.bank_account (tenant_id, party_id, purpose, currency)
    WHERE state = 'approved' AND usable_until IS NULL;
CREATE UNIQUE INDEX bank_account_of_request ON parties.bank_account (tenant_id, request_id);
CREATE INDEX bank_account_of_party ON parties.bank_account (tenant_id, party_id, purpose, currency);
ALTER TABLE parties.bank_account ENABLE ROW LEVEL SECURITY;
ALTER TABLE parties.bank_account FORCE ROW LEVEL SECURITY;
CREATE POLICY bank_account_house ON parties.bank_account FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY bank_account_read ON parties.bank_account FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY bank_account_own ON parties.bank_account FOR SELECT TO openscf_member
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
           AND party_id = nullif(current_setting('app.member', true), '')::uuid);
GRANT SELECT, INSERT ON parties.bank_account TO openscf_app;
GRANT UPDATE (state, approved_at, usable_from, usable_until) ON parties.bank_account TO openscf_app;
GRANT SELECT ON parties.bank_account TO openscf_read, openscf_member;

-- Dated consents of one enterprise to share a scope of its data with another; without one, nothing is shared.
CREATE TABLE parties.consent (
    tenant_id   uuid NOT NULL,
    id          uuid NOT NULL,
    grantor_id  uuid NOT NULL,
    grantee_id  uuid NOT NULL,
    scope       text NOT NULL CHECK (scope IN ('trades', 'invoices', 'payments', 'ratings', 'limits', 'kyb', 'network')),
    purpose     text NOT NULL CHECK (purpose <> ''),
    valid_from  date NOT NULL,
    valid_until date NOT NULL,
    granted_by  text NOT NULL,
    granted_at  timestamptz NOT NULL,
    revoked_by  text,
    revoked_at  timestamptz,
    revoked_on  date,
    CONSTRAINT consent_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT consent_grantor FOREIGN KEY (tenant_id, grantor_id) REFERENCES parties.enterprise (tenant_id, id),
    CONSTRAINT consent_grantee FOREIGN KEY (tenant_id, grantee_id) REFERENCES parties.enterprise (tenant_id, id),
    CONSTRAINT consent_to_another CHECK (grantor_id <> grantee_id),
    CONSTRAINT consent_lasts CHECK (valid_until > valid_from),
    CONSTRAINT consent_revoked_as_a_whole
        CHECK ((revoked_at IS NULL) = (revoked_by IS NULL) AND (revoked_at IS NULL) = (revoked_on IS NULL))
);
CREATE INDEX consent_asked ON parties.consent (tenant_id, grantor_id, grantee_id, scope);
CREATE INDEX consent_received ON parties.consent (tenant_id, grantee_id);
ALTER TABLE parties.consent ENABLE ROW LEVEL SECURITY;
ALTER TABLE parties.consent FORCE ROW LEVEL SECURITY;
CREATE POLICY consent_house ON parties.consent FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY consent_read ON parties.consent FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY consent_own ON parties.consent FOR SELECT TO openscf_member
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
           AND nullif(current_setting('app.member', true), '')::uuid IN (grantor_id, grantee_id));
GRANT SELECT, INSERT ON parties.consent TO openscf_app;
GRANT UPDATE (revoked_by, revoked_at, revoked_on) ON parties.consent TO openscf_app;
GRANT SELECT ON parties.consent TO openscf_read;
-- Who signed is the grantor's own business: the other side sees what it may use, not by whose hand.
GRANT SELECT (tenant_id, id, grantor_id, grantee_id, scope, purpose, valid_from, valid_until, revoked_on)
    ON parties.consent TO openscf_member;

-- What the public registers say of an enterprise, for other capabilities' sets; asks with the rights of its reader.
CREATE VIEW parties.registered WITH (security_invoker = true) AS
    SELECT tenant_id, id AS party_id, name_zh, name_en, uscc, lei, country, industry, registered_on
    FROM parties.enterprise;
GRANT SELECT ON parties.registered TO openscf_app, openscf_read, openscf_member;

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

-- Signing in with an identity provider (OpenID Connect). Which of its subjects is which login is said by an administrator; a
-- flow is used once and forgotten.
CREATE TABLE access.external_identity (
    tenant_id uuid NOT NULL REFERENCES platform.tenant (id),
    issuer    text NOT NULL CHECK (issuer <> ''),
    subject   text NOT NULL CHECK (subject <> ''),
    login_id  uuid NOT NULL,
    person_id uuid NOT NULL,
    linked_by text NOT NULL,
    linked_at timestamptz NOT NULL,
    CONSTRAINT external_identity_pkey PRIMARY KEY (tenant_id, issuer, subject)
);

CREATE TABLE access.oidc_flow (
    tenant_id    uuid NOT NULL REFERENCES platform.tenant (id),
    state_sha256 bytea NOT NULL CHECK (length(state_sha256) = 32),
    nonce        text NOT NULL,
    verifier     text NOT NULL,
    begun_at     timestamptz NOT NULL,
    CONSTRAINT oidc_flow_pkey PRIMARY KEY (tenant_id, state_sha256)
);

ALTER TABLE access.external_identity ENABLE ROW LEVEL SECURITY;
ALTER TABLE access.external_identity FORCE ROW LEVEL SECURITY;
ALTER TABLE access.oidc_flow ENABLE ROW LEVEL SECURITY;
ALTER TABLE access.oidc_flow FORCE ROW LEVEL SECURITY;
CREATE POLICY external_identity_house ON access.external_identity FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY oidc_flow_house ON access.oidc_flow FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
GRANT SELECT, INSERT, DELETE ON access.external_identity, access.oidc_flow TO openscf_app;

-- Where members want to be told of what happens to them, and how each telling went.
CREATE SCHEMA events;
GRANT USAGE ON SCHEMA events TO openscf_app, openscf_read;

CREATE TABLE events.webhook (
    tenant_id     uuid NOT NULL REFERENCES platform.tenant (id),
    id            uuid NOT NULL,
    party_id      uuid NOT NULL,
    url           text NOT NULL CHECK (length(url) BETWEEN 9 AND 2000),
    topics        text[] NOT NULL,          -- beginnings of topics; empty: everything
    secret_sealed bytea NOT NULL,
    former_sealed bytea,                    -- the secret before it, which signs beside it for a day
    former_until  timestamptz,
    state         text NOT NULL CHECK (state IN ('active', 'disabled', 'deleted')),
    position      bigint NOT NULL,          -- of the last event that was looked at for it
    failing_since timestamptz,
    made_by       text NOT NULL,
    made_at       timestamptz NOT NULL,
    CONSTRAINT webhook_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT webhook_former CHECK ((former_sealed IS NULL) = (former_until IS NULL))
);
CREATE INDEX webhook_of_party ON events.webhook (tenant_id, party_id);

CREATE TABLE events.delivery (
    tenant_id   uuid NOT NULL,
    webhook_id  uuid NOT NULL,
    event_id    uuid NOT NULL,
    position    bigint NOT NULL,
    body        text NOT NULL,
    state       text NOT NULL CHECK (state IN ('waiting', 'delivered', 'given_up')),
    attempts    integer NOT NULL DEFAULT 0,
    due_at      timestamptz NOT NULL,
    status      integer,                    -- HTTP status of the last attempt; NULL: there was no answer
    note        text NOT NULL DEFAULT '',
    ended_at    timestamptz,
    CONSTRAINT delivery_pkey PRIMARY KEY (tenant_id, webhook_id, event_id),
    CONSTRAINT delivery_webhook FOREIGN KEY (tenant_id, webhook_id) REFERENCES events.webhook (tenant_id, id)
);
CREATE INDEX delivery_due ON events.delivery (tenant_id, due_at) WHERE state = 'waiting';
CREATE INDEX delivery_of ON events.delivery (tenant_id, webhook_id, position);

ALTER TABLE events.webhook ENABLE ROW LEVEL SECURITY;
ALTER TABLE events.webhook FORCE ROW LEVEL SECURITY;
ALTER TABLE events.delivery ENABLE ROW LEVEL SECURITY;
ALTER TABLE events.delivery FORCE ROW LEVEL SECURITY;
CREATE POLICY webhook_house ON events.webhook FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY delivery_house ON events.delivery FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
GRANT SELECT, INSERT, UPDATE (state, position, failing_since, secret_sealed, former_sealed, former_until) ON events.webhook TO openscf_app;
GRANT SELECT, INSERT, UPDATE (state, attempts, due_at, status, note, ended_at) ON events.delivery TO openscf_app;

-- Where people want letters about their enterprise's affairs, and how each letter went.
CREATE TABLE events.mailbox (
    tenant_id      uuid NOT NULL REFERENCES platform.tenant (id),
    id             uuid NOT NULL,
    person_id      uuid NOT NULL,
    party_id       uuid NOT NULL,           -- told what this enterprise may know
    address_sealed bytea NOT NULL,
    language       text NOT NULL CHECK (language IN ('en', 'zh')),
    kinds          text[] NOT NULL,         -- of letters that the person chose
    state          text NOT NULL CHECK (state IN ('unproven', 'active', 'stopped', 'refused')),
    position       bigint NOT NULL,         -- of the last event that was looked at for it
    made_at        timestamptz NOT NULL,
    warned         text[] NOT NULL DEFAULT '{}',  -- what stood when it was looked at last, and was told
    warned_on      date,                    -- the day up to which that was looked at
    CONSTRAINT mailbox_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT mailbox_of_person UNIQUE (tenant_id, person_id, party_id)
);

-- A letter is handed to the mail server at most once: `handed` is written before its text leaves and stays where nobody
-- knows what became of it.
CREATE TABLE events.letter (
    tenant_id   uuid NOT NULL,
    mailbox_id  uuid NOT NULL,
    event_id    uuid NOT NULL,              -- the last one that it speaks of
    kind        text NOT NULL,
    about       text[] NOT NULL,            -- ids of objects, the first few
    count       integer NOT NULL CHECK (count > 0),
    state       text NOT NULL CHECK (state IN ('waiting', 'handed', 'sent', 'given_up')),
    attempts    integer NOT NULL DEFAULT 0,
    due_at      timestamptz NOT NULL,
    note        text NOT NULL DEFAULT '',
    made_at     timestamptz NOT NULL,
    ended_at    timestamptz,
    CONSTRAINT letter_pkey PRIMARY KEY (tenant_id, mailbox_id, event_id, kind),
    CONSTRAINT letter_mailbox FOREIGN KEY (tenant_id, mailbox_id) REFERENCES events.mailbox (tenant_id, id)
);
CREATE INDEX letter_due ON events.letter (tenant_id, due_at) WHERE state = 'waiting';

ALTER TABLE events.mailbox ENABLE ROW LEVEL SECURITY;
ALTER TABLE events.mailbox FORCE ROW LEVEL SECURITY;
ALTER TABLE events.letter ENABLE ROW LEVEL SECURITY;
ALTER TABLE events.letter FORCE ROW LEVEL SECURITY;
CREATE POLICY mailbox_house ON events.mailbox FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY letter_house ON events.letter FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
GRANT SELECT, INSERT, UPDATE (address_sealed, language, kinds, state, position, warned, warned_on) ON events.mailbox TO openscf_app;
GRANT SELECT, INSERT, UPDATE (state, attempts, due_at, note, ended_at) ON events.letter TO openscf_app;

-- The ledger: units, accounts, transfers, holds. One row per transfer carries both balances after it; the two entries
-- of double-entry bookkeeping are a view of it (measured: twice as fast as a table of entries with its indexes).
CREATE SCHEMA ledger;
GRANT USAGE ON SCHEMA ledger TO openscf_app, openscf_read, openscf_member;

-- What a balance is counted in: a currency, one voucher issue, one kind of goods, headroom under a limit.
CREATE TABLE ledger.unit (
    tenant_id uuid     NOT NULL REFERENCES platform.tenant,
    code      text     NOT NULL CHECK (code <> '' AND length(code) <= 64),
    kind      text     NOT NULL CHECK (kind IN ('currency', 'voucher', 'goods', 'limit')),
    scale     smallint NOT NULL CHECK (scale BETWEEN 0 AND 9),
    PRIMARY KEY (tenant_id, code)
);

-- The day up to which the books are closed; nothing posts into a closed day (invariant I15).
CREATE TABLE ledger.book (
    tenant_id      uuid NOT NULL REFERENCES platform.tenant,
    closed_through date NOT NULL,
    PRIMARY KEY (tenant_id)
);

-- posted = credits - debits. floor and ceiling, where given, bound what the balance may become, holds included:
-- posted - held_out >= floor (I4), posted + held_in <= ceiling. The checks repeat what ledger.post refuses by name.
CREATE TABLE ledger.account (
    tenant_id      uuid        NOT NULL,
    id             uuid        NOT NULL,
    owner_id       uuid        NOT NULL,
    posted_minor   bigint      NOT NULL DEFAULT 0,
    held_out_minor bigint      NOT NULL DEFAULT 0 CHECK (held_out_minor >= 0),
    held_in_minor  bigint      NOT NULL DEFAULT 0 CHECK (held_in_minor >= 0),
    floor_minor    bigint,
    ceiling_minor  bigint,
    version        bigint      NOT NULL DEFAULT 0,
    touched_at     timestamptz NOT NULL,
    state          smallint    NOT NULL DEFAULT 1 CHECK (state IN (1, 2, 3)),  -- open, frozen, closed
    unit           text        NOT NULL,  -- no foreign key: it would be checked again at every second posting of a transaction
    purpose        text        NOT NULL CHECK (purpose <> ''),
    PRIMARY KEY (tenant_id, id),
    CONSTRAINT account_floor CHECK (posted_minor - held_out_minor >= floor_minor),
    CONSTRAINT account_ceiling CHECK (posted_minor + held_in_minor <= ceiling_minor)
) WITH (fillfactor = 50);  -- room on the page, so that an update of a balance touches no index (HOT)
CREATE INDEX account_owner ON ledger.account (tenant_id, owner_id, unit, purpose);

CREATE TABLE ledger.transfer (
    tenant_id          uuid        NOT NULL,
    id                 uuid        NOT NULL,
    debit_id           uuid        NOT NULL,
    credit_id          uuid        NOT NULL,
    audit_id           uuid        NOT NULL,
    amount_minor       bigint      NOT NULL CHECK (amount_minor > 0),
    debit_after_minor  bigint      NOT NULL,
    credit_after_minor bigint      NOT NULL,
    debit_version      bigint      NOT NULL,
    credit_version     bigint      NOT NULL,
    at                 timestamptz NOT NULL,
    value_on           date        NOT NULL,
    kind               smallint    NOT NULL CHECK (kind BETWEEN 1 AND 6),
    reason             text        NOT NULL CHECK (reason <> '' AND octet_length(reason) = length(reason)),  -- ASCII: one spelling
    ref_id             uuid,        -- the hold that this one ends, or the transfer that it reverses
    subject_id         uuid,        -- the deal or document that it belongs to
    expires_at         timestamptz, -- of a hold
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX transfer_debit ON ledger.transfer (debit_id, debit_version);
CREATE INDEX transfer_credit ON ledger.transfer (credit_id, credit_version);
CREATE UNIQUE INDEX transfer_reversed_once ON ledger.transfer (tenant_id, ref_id) WHERE kind = 6;

-- The state of each hold: what may still be posted. The transfer rows of kinds 2 to 5 are its history.
CREATE TABLE ledger.hold (
    tenant_id    uuid     NOT NULL,
    id           uuid     NOT NULL,  -- of the transfer that made it
    debit_id     uuid     NOT NULL,
    credit_id    uuid     NOT NULL,
    amount_minor bigint   NOT NULL CHECK (amount_minor > 0),
    posted_minor bigint   NOT NULL DEFAULT 0 CHECK (posted_minor BETWEEN 0 AND amount_minor),
    state        smallint NOT NULL DEFAULT 1 CHECK (state IN (1, 2, 3, 4)),  -- open, posted, voided, expired
    expires_at   timestamptz,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX hold_due ON ledger.hold (tenant_id, expires_at) WHERE state = 1 AND expires_at IS NOT NULL;
CREATE INDEX hold_open ON ledger.hold (tenant_id, debit_id) WHERE state = 1;

-- Ids that were refused for a reason that may pass (no cover, say): they stay refused, so that a client that gave up
-- on an answer can never be surprised by its request succeeding later.
CREATE TABLE ledger.failed_transfer (
    tenant_id uuid        NOT NULL,
    id        uuid        NOT NULL,
    code      smallint    NOT NULL,
    at        timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

ALTER TABLE ledger.unit ENABLE ROW LEVEL SECURITY;
ALTER TABLE ledger.unit FORCE ROW LEVEL SECURITY;
ALTER TABLE ledger.book ENABLE ROW LEVEL SECURITY;
ALTER TABLE ledger.book FORCE ROW LEVEL SECURITY;
ALTER TABLE ledger.account ENABLE ROW LEVEL SECURITY;
ALTER TABLE ledger.account FORCE ROW LEVEL SECURITY;
ALTER TABLE ledger.transfer ENABLE ROW LEVEL SECURITY;
ALTER TABLE ledger.transfer FORCE ROW LEVEL SECURITY;
ALTER TABLE ledger.hold ENABLE ROW LEVEL SECURITY;
ALTER TABLE ledger.hold FORCE ROW LEVEL SECURITY;
ALTER TABLE ledger.failed_transfer ENABLE ROW LEVEL SECURITY;
ALTER TABLE ledger.failed_transfer FORCE ROW LEVEL SECURITY;

CREATE POLICY unit_tenant ON ledger.unit TO openscf_app, openscf_read, openscf_member
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY book_tenant ON ledger.book TO openscf_app, openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY account_tenant ON ledger.account TO openscf_app, openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
-- A member sees its own accounts. It reads no transfers directly: each row also carries the other side's balance.
CREATE POLICY account_member ON ledger.account FOR SELECT TO openscf_member
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
           AND owner_id = nullif(current_setting('app.member', true), '')::uuid);
CREATE POLICY transfer_tenant ON ledger.transfer TO openscf_app, openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY hold_tenant ON ledger.hold TO openscf_app, openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY failed_tenant ON ledger.failed_transfer TO openscf_app, openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);

GRANT SELECT ON ALL TABLES IN SCHEMA ledger TO openscf_app, openscf_read;
GRANT SELECT ON ledger.unit, ledger.account TO openscf_member;
GRANT INSERT ON ledger.unit, ledger.book, ledger.account, ledger.transfer, ledger.hold, ledger.failed_transfer TO openscf_app;
GRANT UPDATE (posted_minor, held_out_minor, held_in_minor, version, touched_at, state) ON ledger.account TO openscf_app;
GRANT UPDATE (state, posted_minor) ON ledger.hold TO openscf_app;
GRANT UPDATE (closed_through) ON ledger.book TO openscf_app;

-- Append-only (I5): beside the missing privileges, a guard that also stops an owner's slip. It fires per statement and
-- never for an INSERT, so posting pays nothing for it; a distributed server that knows no triggers goes without.
CREATE FUNCTION ledger.refuse_rewriting() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    RAISE EXCEPTION 'ledger.% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.transfer
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_rewriting();

-- The entries of double-entry bookkeeping: two per transfer that moves a balance (holds move none until posted).
CREATE VIEW ledger.entry WITH (security_invoker = true) AS
SELECT tenant_id, debit_id AS account_id, debit_version AS version, id AS transfer_id, credit_id AS other_id, at, value_on,
       kind, reason, subject_id, -amount_minor AS amount_minor, debit_after_minor AS balance_minor
  FROM ledger.transfer WHERE kind IN (1, 3, 6)
UNION ALL
SELECT tenant_id, credit_id, credit_version, id, debit_id, at, value_on, kind, reason, subject_id, amount_minor, credit_after_minor
  FROM ledger.transfer WHERE kind IN (1, 3, 6);
GRANT SELECT ON ledger.entry TO openscf_app, openscf_read;

-- Documents of trade as their sources say them: each counted once, each contradiction kept, each with its place in a file.
CREATE SCHEMA trades;
GRANT USAGE ON SCHEMA trades TO openscf_app, openscf_read, openscf_member;

-- By the check value a fingerprint key is known again; the keys lie outside the database.
CREATE TABLE trades.fingerprint_key (
    number      smallint PRIMARY KEY CHECK (number > 0),
    check_value bytea NOT NULL CHECK (length(check_value) = 32)
);
ALTER TABLE trades.fingerprint_key ENABLE ROW LEVEL SECURITY;
ALTER TABLE trades.fingerprint_key FORCE ROW LEVEL SECURITY;
CREATE POLICY fingerprint_key_known ON trades.fingerprint_key FOR ALL TO openscf_app USING (true);
GRANT SELECT, INSERT ON trades.fingerprint_key TO openscf_app;

-- Which enterprise of the platform a code of a document belongs to, as `tax:91310000MA1FL0000X` or `lei:…`.
CREATE TABLE trades.party_link (
    tenant_id uuid NOT NULL REFERENCES platform.tenant (id),
    key       text NOT NULL CHECK (key ~ '^[a-z]+:.'),
    party_id  uuid NOT NULL,
    linked_at timestamptz NOT NULL,
    CONSTRAINT party_link_pkey PRIMARY KEY (tenant_id, key)
);
CREATE INDEX party_link_of_party ON trades.party_link (tenant_id, party_id, key);

-- A reading of an original: the same bytes read in the same way are read once. The bytes lie outside, under their hash.
CREATE TABLE trades.file (
    tenant_id   uuid NOT NULL REFERENCES platform.tenant (id),
    id          uuid NOT NULL,
    sha256      bytea NOT NULL CHECK (length(sha256) = 32),
    reading     bytea NOT NULL CHECK (length(reading) = 32),  -- SHA-256 of the adapter's name and its options
    name        text NOT NULL,
    size_bytes  bigint NOT NULL CHECK (size_bytes >= 0),
    adapter     text NOT NULL CHECK (adapter <> ''),
    sender      text NOT NULL,  -- as the platform names the source
    sender_id   uuid,           -- the enterprise, if the sender is one
    sender_keys text[] NOT NULL,  -- and its keys as a party: what a seller alone delivers proves no goods
    received_at timestamptz NOT NULL,
    received_by text NOT NULL,
    row_count   bigint NOT NULL,
    accepted    bigint NOT NULL CHECK (accepted >= 0),
    rejected    bigint NOT NULL CHECK (rejected >= 0),
    new         bigint NOT NULL CHECK (new >= 0),       -- records whose identity was not known
    seen        bigint NOT NULL CHECK (seen >= 0),      -- records that say what was said before
    versions    bigint NOT NULL CHECK (versions >= 0),  -- records that say something else of a known identity
    flags       jsonb NOT NULL,                         -- how often each oddity was seen
    stored      bigint NOT NULL DEFAULT 0 CHECK (stored >= 0),  -- documents that it brought, versions too
    documents   uuid[] NOT NULL DEFAULT '{}',                   -- the first of them: no index of documents knows the file
    CONSTRAINT file_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT file_read_once UNIQUE (tenant_id, sha256, reading),
    CONSTRAINT file_accounts_for_all CHECK (accepted + rejected = row_count)
);
CREATE INDEX file_received ON trades.file (tenant_id, received_at, id);

CREATE TABLE trades.rejection (
    tenant_id uuid NOT NULL,
    file_id   uuid NOT NULL,
    ordinal   integer NOT NULL CHECK (ordinal > 0),
    refusal   jsonb NOT NULL,  -- its record: code, params, where
    excerpt   text NOT NULL,
    CONSTRAINT rejection_pkey PRIMARY KEY (tenant_id, file_id, ordinal),
    CONSTRAINT rejection_of_file FOREIGN KEY (tenant_id, file_id) REFERENCES trades.file (tenant_id, id)
);

-- A version of a document. The fingerprint is its identity and the content what it says; the versions of one identity
-- stand beside each other, and exactly one of them is current.
CREATE TABLE trades.document (
    tenant_id    uuid NOT NULL,
    id           uuid NOT NULL,
    fingerprint  bytea NOT NULL CHECK (length(fingerprint) = 32),
    version      integer NOT NULL CHECK (version > 0),
    current      boolean NOT NULL,
    content      bytea NOT NULL CHECK (length(content) = 32),
    kind         text NOT NULL CHECK (kind IN ('invoice', 'credit_note', 'purchase_order', 'order_response', 'despatch_advice',
                                               'receipt_advice', 'warehouse_receipt', 'remittance_advice', 'bill')),
    number       text NOT NULL,  -- as written
    number_key   text NOT NULL,  -- normalised
    code         text,
    seller_key   text,
    buyer_key    text,
    signer_key   text,
    issued_on    date,
    due_on       date,
    delivered_on date,
    currency     text CHECK (currency = 'CNY' OR currency ~ '^[A-Z]{3}$'),
    net_minor    bigint,
    tax_minor    bigint,
    gross_minor  bigint,
    status       text NOT NULL CHECK (status IN ('valid', 'void')),
    flags        text[] NOT NULL,
    file_id      uuid NOT NULL,
    locator      text NOT NULL,
    sender_id    uuid,
    recorded_at  timestamptz NOT NULL,
    body         jsonb NOT NULL,  -- lines, references, and the parties as written where their keys don't say it all
    CONSTRAINT document_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT document_has_currency CHECK (currency IS NOT NULL OR coalesce(net_minor, tax_minor, gross_minor) IS NULL)
);
-- Each row costs an entry in each index, and a table of invoices has a million rows: one index finds the versions of an
-- identity and lets one of them speak, the next holds the few that are not the first word or no longer the last. Since
-- a fingerprint begins with the mark of the document's number, the first one finds documents by their number as well.
CREATE UNIQUE INDEX document_speaks ON trades.document (tenant_id, fingerprint, (CASE WHEN current THEN 0 ELSE version END));
CREATE UNIQUE INDEX document_version ON trades.document (tenant_id, fingerprint, version) WHERE version > 1 OR NOT current;
-- A table lists the documents of a firm together, and so they are stored: what parties stand on 32 pages is summed up,
-- and who sent them.
CREATE INDEX document_parties ON trades.document
    USING brin (seller_key text_bloom_ops, buyer_key text_bloom_ops, sender_id uuid_bloom_ops)
    WITH (pages_per_range = 32);
CREATE INDEX document_signed ON trades.document (tenant_id, signer_key) WHERE signer_key IS NOT NULL;

-- Versions that contradicted each other, settled by two persons: of all up to `through` this one holds.
CREATE TABLE trades.settlement (
    tenant_id   uuid NOT NULL,
    fingerprint bytea NOT NULL,
    through     integer NOT NULL CHECK (through > 1),
    document_id uuid NOT NULL,
    request_id  uuid NOT NULL,  -- the four-eyes request
    settled_at  timestamptz NOT NULL,
    CONSTRAINT settlement_pkey PRIMARY KEY (tenant_id, fingerprint, through),
    CONSTRAINT settlement_by FOREIGN KEY (tenant_id, document_id) REFERENCES trades.document (tenant_id, id)
);

-- The same version met again, in another file or further down in the same one.
CREATE TABLE trades.sighting (
    tenant_id   uuid NOT NULL,
    document_id uuid NOT NULL,
    file_id     uuid NOT NULL,
    locator     text NOT NULL,
    CONSTRAINT sighting_pkey PRIMARY KEY (tenant_id, document_id, file_id, locator),
    CONSTRAINT sighting_of FOREIGN KEY (tenant_id, document_id) REFERENCES trades.document (tenant_id, id),
    CONSTRAINT sighting_in FOREIGN KEY (tenant_id, file_id) REFERENCES trades.file (tenant_id, id)
);

-- Identities that a red letter takes back. Written whether the document is known yet or not: red letters overtake.
CREATE TABLE trades.reversal (
    tenant_id    uuid NOT NULL,
    document_id  uuid NOT NULL,  -- the red letter
    kind         text NOT NULL,
    number_key   text NOT NULL,  -- what it speaks of
    number_mark  bytea NOT NULL CHECK (length(number_mark) = 3),  -- what the fingerprint of that begins with
    seller_key   text,
    amount_minor bigint,
    CONSTRAINT reversal_pkey PRIMARY KEY (tenant_id, document_id, number_key),
    CONSTRAINT reversal_by FOREIGN KEY (tenant_id, document_id) REFERENCES trades.document (tenant_id, id)
);
CREATE INDEX reversal_of ON trades.reversal (tenant_id, number_key);

ALTER TABLE trades.party_link ENABLE ROW LEVEL SECURITY;
ALTER TABLE trades.party_link FORCE ROW LEVEL SECURITY;
ALTER TABLE trades.file ENABLE ROW LEVEL SECURITY;
ALTER TABLE trades.file FORCE ROW LEVEL SECURITY;
ALTER TABLE trades.rejection ENABLE ROW LEVEL SECURITY;
ALTER TABLE trades.rejection FORCE ROW LEVEL SECURITY;
ALTER TABLE trades.document ENABLE ROW LEVEL SECURITY;
ALTER TABLE trades.document FORCE ROW LEVEL SECURITY;
ALTER TABLE trades.settlement ENABLE ROW LEVEL SECURITY;
ALTER TABLE trades.settlement FORCE ROW LEVEL SECURITY;
ALTER TABLE trades.sighting ENABLE ROW LEVEL SECURITY;
ALTER TABLE trades.sighting FORCE ROW LEVEL SECURITY;
ALTER TABLE trades.reversal ENABLE ROW LEVEL SECURITY;
ALTER TABLE trades.reversal FORCE ROW LEVEL SECURITY;

CREATE POLICY party_link_house ON trades.party_link FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY party_link_read ON trades.party_link FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY party_link_own ON trades.party_link FOR SELECT TO openscf_member
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
           AND party_id = nullif(current_setting('app.member', true), '')::uuid);
CREATE POLICY file_house ON trades.file FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY file_read ON trades.file FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY file_own ON trades.file FOR SELECT TO openscf_member
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
           AND sender_id = nullif(current_setting('app.member', true), '')::uuid);
CREATE POLICY rejection_house ON trades.rejection FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY rejection_read ON trades.rejection FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY rejection_own ON trades.rejection FOR SELECT TO openscf_member
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
           AND EXISTS (SELECT FROM trades.file f WHERE f.tenant_id = rejection.tenant_id AND f.id = rejection.file_id));
-- Asked for once in a statement, not once a row: the query in brackets is what makes the difference.
CREATE POLICY document_house ON trades.document FOR ALL TO openscf_app
    USING (tenant_id = (SELECT nullif(current_setting('app.tenant', true), '')::uuid));
CREATE POLICY document_read ON trades.document FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
-- A member sees the documents in which it is seller, buyer or signer, and those that it sent. Its links are the only
-- ones that its own policy lets the subquery see.
CREATE POLICY document_own ON trades.document FOR SELECT TO openscf_member
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
           AND (sender_id = nullif(current_setting('app.member', true), '')::uuid
                OR EXISTS (SELECT FROM trades.party_link l WHERE l.tenant_id = document.tenant_id
                           AND l.key IN (document.seller_key, document.buyer_key, document.signer_key))));
CREATE POLICY settlement_house ON trades.settlement FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY settlement_read ON trades.settlement FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY sighting_house ON trades.sighting FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY sighting_read ON trades.sighting FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY reversal_house ON trades.reversal FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY reversal_read ON trades.reversal FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
GRANT SELECT, INSERT ON trades.party_link, trades.file, trades.rejection, trades.document, trades.settlement,
    trades.sighting, trades.reversal TO openscf_app;
-- What was said stays as it was said; only which version is current may change, and what a file came to is written
-- when all of it has been read.
GRANT UPDATE (current) ON trades.document TO openscf_app;
GRANT UPDATE (row_count, accepted, rejected, new, seen, versions, flags, stored, documents) ON trades.file TO openscf_app;
GRANT SELECT ON trades.party_link, trades.file, trades.rejection, trades.document, trades.settlement, trades.sighting,
    trades.reversal TO openscf_read;
GRANT SELECT ON trades.party_link, trades.file, trades.rejection, trades.document TO openscf_member;

-- Bank statements and their lines, and what happened to goods: facts of others, counted once like documents.
CREATE TABLE trades.statement (
    tenant_id     uuid NOT NULL,
    id            uuid NOT NULL,
    fingerprint   bytea NOT NULL CHECK (length(fingerprint) = 32),
    version       integer NOT NULL CHECK (version > 0),
    content       bytea NOT NULL CHECK (length(content) = 32),
    account_key   bytea NOT NULL CHECK (length(account_key) = 32),  -- keyed: the number itself is not kept
    account_mask  text NOT NULL,  -- ****1234; empty where the statement names no number
    number        text NOT NULL,
    currency      text NOT NULL,
    opening_minor bigint,
    closing_minor bigint,
    opened_on     date,
    closed_on     date,
    flags         text[] NOT NULL,
    file_id       uuid NOT NULL,
    locator       text NOT NULL,
    sender_id     uuid,
    recorded_at   timestamptz NOT NULL,
    CONSTRAINT statement_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT statement_version UNIQUE (tenant_id, fingerprint, version),
    CONSTRAINT statement_of_file FOREIGN KEY (tenant_id, file_id) REFERENCES trades.file (tenant_id, id)
);
CREATE INDEX statement_of_account ON trades.statement (tenant_id, account_key, closed_on);

-- A line is counted once even if two statements overlap, and a pending one that is booked later is the same line: it is
-- recognised by `fingerprint`, and by `waiting_as` while it is pending (see rules/bank_lines.py).
CREATE TABLE trades.statement_line (
    tenant_id        uuid NOT NULL,
    id               uuid NOT NULL,
    fingerprint      bytea NOT NULL CHECK (length(fingerprint) = 32),
    waiting_as       bytea NOT NULL CHECK (length(waiting_as) = 32),
    statement_id     uuid NOT NULL,
    ordinal          integer NOT NULL CHECK (ordinal > 0),
    account_key      bytea NOT NULL CHECK (length(account_key) = 32),
    booked_on        date,
    value_on         date,
    amount_minor     bigint NOT NULL,
    currency         text NOT NULL,
    status           text NOT NULL,
    counterparty_key text,
    remittance       text NOT NULL,
    reference        text NOT NULL,
    balance_minor    bigint,
    flags            text[] NOT NULL,
    locator          text NOT NULL,
    sender_id        uuid,
    body             jsonb NOT NULL,  -- the counterparty as written, parts, method, times
    CONSTRAINT statement_line_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT statement_line_once UNIQUE (tenant_id, fingerprint),
    CONSTRAINT statement_line_of FOREIGN KEY (tenant_id, statement_id) REFERENCES trades.statement (tenant_id, id)
);
CREATE INDEX statement_line_in ON trades.statement_line (tenant_id, statement_id, ordinal);
CREATE INDEX statement_line_waiting ON trades.statement_line (tenant_id, waiting_as);
CREATE INDEX statement_line_amount ON trades.statement_line (tenant_id, amount_minor, booked_on);

CREATE TABLE trades.goods_event (
    tenant_id   uuid NOT NULL,
    id          uuid NOT NULL,
    fingerprint bytea NOT NULL CHECK (length(fingerprint) = 32),
    kind        text NOT NULL,
    at          timestamptz NOT NULL,
    action      text,
    step        text,
    disposition text,
    place       text,
    event_id    text,
    file_id     uuid NOT NULL,
    locator     text NOT NULL,
    sender_id   uuid,
    recorded_at timestamptz NOT NULL,
    body        jsonb NOT NULL,  -- items, quantities, documents, sources, destinations, corrections
    CONSTRAINT goods_event_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT goods_event_once UNIQUE (tenant_id, fingerprint),
    CONSTRAINT goods_event_of_file FOREIGN KEY (tenant_id, file_id) REFERENCES trades.file (tenant_id, id)
);
CREATE INDEX goods_event_at ON trades.goods_event (tenant_id, at);

ALTER TABLE trades.statement ENABLE ROW LEVEL SECURITY;
ALTER TABLE trades.statement FORCE ROW LEVEL SECURITY;
ALTER TABLE trades.statement_line ENABLE ROW LEVEL SECURITY;
ALTER TABLE trades.statement_line FORCE ROW LEVEL SECURITY;
ALTER TABLE trades.goods_event ENABLE ROW LEVEL SECURITY;
ALTER TABLE trades.goods_event FORCE ROW LEVEL SECURITY;
CREATE POLICY statement_house ON trades.statement FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY statement_read ON trades.statement FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY statement_own ON trades.statement FOR SELECT TO openscf_member
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
           AND sender_id = nullif(current_setting('app.member', true), '')::uuid);
CREATE POLICY statement_line_house ON trades.statement_line FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY statement_line_read ON trades.statement_line FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY statement_line_own ON trades.statement_line FOR SELECT TO openscf_member
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
           AND sender_id = nullif(current_setting('app.member', true), '')::uuid);
CREATE POLICY goods_event_house ON trades.goods_event FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY goods_event_read ON trades.goods_event FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY goods_event_own ON trades.goods_event FOR SELECT TO openscf_member
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
           AND sender_id = nullif(current_setting('app.member', true), '')::uuid);
GRANT SELECT, INSERT ON trades.statement, trades.statement_line, trades.goods_event TO openscf_app;
-- A pending line becomes what its booking says; nothing else of it ever changes.
GRANT UPDATE (fingerprint, waiting_as, statement_id, ordinal, booked_on, value_on, status, counterparty_key, remittance,
    reference, balance_minor, flags, locator, sender_id, body) ON trades.statement_line TO openscf_app;
GRANT SELECT ON trades.statement, trades.statement_line, trades.goods_event TO openscf_read, openscf_member;

-- The register of liens over claims and goods. The constraints decide and no `if`: an asset is pledged for at most its
-- face, an exclusive lien takes the whole of it, and there is at most one of those.
CREATE TABLE trades.asset (
    tenant_id     uuid NOT NULL REFERENCES platform.tenant (id),
    fingerprint   bytea NOT NULL CHECK (length(fingerprint) = 32),
    kind          text NOT NULL CHECK (kind <> ''),
    face_minor    bigint NOT NULL CHECK (face_minor > 0),
    unit          text NOT NULL CHECK (unit <> ''),  -- a currency (minor units), or the unit in which goods are counted
    pledged_minor bigint NOT NULL,
    registered_at timestamptz NOT NULL,
    CONSTRAINT asset_pkey PRIMARY KEY (tenant_id, fingerprint),
    CONSTRAINT asset_pledged_within_face CHECK (pledged_minor BETWEEN 0 AND face_minor)
);

CREATE TABLE trades.lien (
    tenant_id    uuid NOT NULL,
    id           uuid NOT NULL,
    fingerprint  bytea NOT NULL,
    holder_id    uuid NOT NULL,
    deal         text NOT NULL CHECK (deal <> ''),
    programme    text NOT NULL,
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    exclusive    boolean NOT NULL,
    state        text NOT NULL CHECK (state IN ('active', 'released')),
    taken_at     timestamptz NOT NULL,
    taken_by     text NOT NULL,
    released_at  timestamptz,
    CONSTRAINT lien_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT lien_on FOREIGN KEY (tenant_id, fingerprint) REFERENCES trades.asset (tenant_id, fingerprint),
    CONSTRAINT lien_released CHECK ((state = 'released') = (released_at IS NOT NULL))
);
CREATE UNIQUE INDEX lien_exclusive_once ON trades.lien (tenant_id, fingerprint) WHERE state = 'active' AND exclusive;
CREATE INDEX lien_of_asset ON trades.lien (tenant_id, fingerprint);
CREATE INDEX lien_of_holder ON trades.lien (tenant_id, holder_id) WHERE state = 'active';

-- Under these keys look-alikes meet. Whoever takes a lien locks the keys of his asset, so that two look-alikes can't be
-- pledged past each other at the same instant.
CREATE TABLE trades.near_key (
    tenant_id uuid NOT NULL,
    key       bytea NOT NULL CHECK (length(key) = 32),
    CONSTRAINT near_key_pkey PRIMARY KEY (tenant_id, key)
);
CREATE TABLE trades.near_entry (
    tenant_id   uuid NOT NULL,
    key         bytea NOT NULL,
    fingerprint bytea NOT NULL,
    CONSTRAINT near_entry_pkey PRIMARY KEY (tenant_id, key, fingerprint),
    CONSTRAINT near_entry_key FOREIGN KEY (tenant_id, key) REFERENCES trades.near_key (tenant_id, key),
    CONSTRAINT near_entry_of FOREIGN KEY (tenant_id, fingerprint) REFERENCES trades.asset (tenant_id, fingerprint)
);
-- Two look-alikes that two persons have found to be two things; the smaller fingerprint first.
CREATE TABLE trades.near_clearance (
    tenant_id  uuid NOT NULL,
    one        bytea NOT NULL CHECK (length(one) = 32),
    other      bytea NOT NULL CHECK (length(other) = 32),
    request_id uuid NOT NULL,  -- the four-eyes request
    cleared_at timestamptz NOT NULL,
    CONSTRAINT near_clearance_pkey PRIMARY KEY (tenant_id, one, other),
    CONSTRAINT near_clearance_ordered CHECK (one < other)
);

ALTER TABLE trades.asset ENABLE ROW LEVEL SECURITY;
ALTER TABLE trades.asset FORCE ROW LEVEL SECURITY;
ALTER TABLE trades.lien ENABLE ROW LEVEL SECURITY;
ALTER TABLE trades.lien FORCE ROW LEVEL SECURITY;
ALTER TABLE trades.near_key ENABLE ROW LEVEL SECURITY;
ALTER TABLE trades.near_key FORCE ROW LEVEL SECURITY;
ALTER TABLE trades.near_entry ENABLE ROW LEVEL SECURITY;
ALTER TABLE trades.near_entry FORCE ROW LEVEL SECURITY;
ALTER TABLE trades.near_clearance ENABLE ROW LEVEL SECURITY;
ALTER TABLE trades.near_clearance FORCE ROW LEVEL SECURITY;
CREATE POLICY asset_house ON trades.asset FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY asset_read ON trades.asset FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY lien_house ON trades.lien FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY lien_read ON trades.lien FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY lien_own ON trades.lien FOR SELECT TO openscf_member
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
           AND holder_id = nullif(current_setting('app.member', true), '')::uuid);
CREATE POLICY near_key_house ON trades.near_key FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY near_entry_house ON trades.near_entry FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY near_clearance_house ON trades.near_clearance FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY near_entry_read ON trades.near_entry FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY near_clearance_read ON trades.near_clearance FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
GRANT SELECT, INSERT ON trades.asset, trades.lien, trades.near_key, trades.near_entry, trades.near_clearance
    TO openscf_app;
GRANT UPDATE (face_minor, pledged_minor) ON trades.asset TO openscf_app;
GRANT UPDATE (holder_id, deal, programme, state, released_at) ON trades.lien TO openscf_app;
GRANT UPDATE (key) ON trades.near_key TO openscf_app;  -- without the right to update nobody may lock
GRANT SELECT ON trades.asset, trades.lien, trades.near_entry, trades.near_clearance TO openscf_read;
GRANT SELECT ON trades.lien TO openscf_member;

-- What hangs together: the links of documents and goods events (see rules/links.py), by which whatever arrives is matched
-- again with all that it may touch.
CREATE TABLE trades.link (
    tenant_id   uuid NOT NULL REFERENCES platform.tenant (id),
    link        text NOT NULL,
    fingerprint bytea NOT NULL CHECK (length(fingerprint) = 32),
    CONSTRAINT link_pkey PRIMARY KEY (tenant_id, link, fingerprint)
);
CREATE INDEX link_of ON trades.link (tenant_id, fingerprint);

-- Who vouches for a goods event: each enterprise that delivered it. What its seller alone delivered proves nothing.
CREATE TABLE trades.goods_signature (
    tenant_id   uuid NOT NULL,
    fingerprint bytea NOT NULL,
    sender_id   uuid NOT NULL,
    signer      jsonb NOT NULL,  -- the enterprise's names and codes
    CONSTRAINT goods_signature_pkey PRIMARY KEY (tenant_id, fingerprint, sender_id),
    CONSTRAINT goods_signature_of FOREIGN KEY (tenant_id, fingerprint) REFERENCES trades.goods_event (tenant_id, fingerprint)
);

-- Which item of orders a class of goods is, where the two are written differently.
CREATE TABLE trades.goods_class (
    tenant_id uuid NOT NULL REFERENCES platform.tenant (id),
    class     text NOT NULL CHECK (class <> ''),
    item      text NOT NULL CHECK (item <> ''),
    named_at  timestamptz NOT NULL,
    CONSTRAINT goods_class_pkey PRIMARY KEY (tenant_id, class)
);

-- What the contract of a seller and a buyer lets pass, from a day on. Of several for one day the last one counts.
CREATE TABLE trades.tolerance (
    tenant_id    uuid NOT NULL REFERENCES platform.tenant (id),
    seller_key   text NOT NULL CHECK (seller_key <> ''),
    buyer_key    text NOT NULL CHECK (buyer_key <> ''),
    from_on      date NOT NULL,
    version      integer NOT NULL CHECK (version > 0),
    quantity_bp  integer NOT NULL CHECK (quantity_bp >= 0),
    price_bp     integer NOT NULL CHECK (price_bp >= 0),
    days         integer NOT NULL CHECK (days >= 0),
    amount_minor bigint NOT NULL CHECK (amount_minor >= 0),
    request_id   uuid,  -- the four-eyes request, where it loosened
    set_by       text NOT NULL,
    set_at       timestamptz NOT NULL,
    CONSTRAINT tolerance_pkey PRIMARY KEY (tenant_id, seller_key, buyer_key, from_on, version)
);

-- How far an invoice's trade is closed. Each change is another version; the result is canonical JSON, equal to the byte
-- whenever the same documents, payments and tolerances are matched again. An invoice that nothing hangs together with has
-- no row: its closure is what the rule says of it alone.
CREATE TABLE trades.closure (
    tenant_id   uuid NOT NULL,
    fingerprint bytea NOT NULL CHECK (length(fingerprint) = 32),
    version     integer NOT NULL CHECK (version > 0),
    current     boolean NOT NULL,
    order_ppm   integer NOT NULL CHECK (order_ppm BETWEEN 0 AND 1000000),    -- rounded down: 1000000 is closed, exactly
    goods_ppm   integer NOT NULL CHECK (goods_ppm BETWEEN 0 AND 1000000),
    invoice_ppm integer NOT NULL CHECK (invoice_ppm BETWEEN 0 AND 1000000),
    money_ppm   integer NOT NULL CHECK (money_ppm BETWEEN 0 AND 1000000),
    backed      boolean NOT NULL,
    result      text NOT NULL,
    matched_at  timestamptz NOT NULL,
    CONSTRAINT closure_pkey PRIMARY KEY (tenant_id, fingerprint, version)
);
CREATE UNIQUE INDEX closure_current ON trades.closure (tenant_id, fingerprint) WHERE current;

ALTER TABLE trades.link ENABLE ROW LEVEL SECURITY;
ALTER TABLE trades.link FORCE ROW LEVEL SECURITY;
ALTER TABLE trades.goods_signature ENABLE ROW LEVEL SECURITY;
ALTER TABLE trades.goods_signature FORCE ROW LEVEL SECURITY;
ALTER TABLE trades.goods_class ENABLE ROW LEVEL SECURITY;
ALTER TABLE trades.goods_class FORCE ROW LEVEL SECURITY;
ALTER TABLE trades.tolerance ENABLE ROW LEVEL SECURITY;
ALTER TABLE trades.tolerance FORCE ROW LEVEL SECURITY;
ALTER TABLE trades.closure ENABLE ROW LEVEL SECURITY;
ALTER TABLE trades.closure FORCE ROW LEVEL SECURITY;
CREATE POLICY link_house ON trades.link FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY link_read ON trades.link FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY goods_signature_house ON trades.goods_signature FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY goods_signature_read ON trades.goods_signature FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY goods_class_house ON trades.goods_class FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY goods_class_read ON trades.goods_class FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY tolerance_house ON trades.tolerance FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY tolerance_read ON trades.tolerance FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY closure_house ON trades.closure FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY closure_read ON trades.closure FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
-- A member sees the closure of each invoice that it sees.
CREATE POLICY closure_own ON trades.closure FOR SELECT TO openscf_member
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
           AND EXISTS (SELECT FROM trades.document d WHERE d.tenant_id = closure.tenant_id
                       AND d.fingerprint = closure.fingerprint));
GRANT SELECT, INSERT ON trades.link, trades.goods_signature, trades.goods_class, trades.tolerance, trades.closure
    TO openscf_app;
GRANT UPDATE (current) ON trades.closure TO openscf_app;
GRANT UPDATE (item, named_at) ON trades.goods_class TO openscf_app;
GRANT SELECT ON trades.link, trades.goods_signature, trades.goods_class, trades.tolerance, trades.closure TO openscf_read;
GRANT SELECT ON trades.closure TO openscf_member;

-- Matching takes turns within a tenant: whoever holds the row sees all that others committed, and nobody matches past him.
CREATE TABLE trades.matching_turn (
    tenant_id uuid PRIMARY KEY REFERENCES platform.tenant (id)
);

-- Accounts at banks of which the platform itself keeps the books: what a line from or to one of them settles is said by
-- those books, and guessed by no rule.
CREATE TABLE trades.house_account (
    tenant_id uuid NOT NULL REFERENCES platform.tenant (id),
    number    text NOT NULL CHECK (number <> ''),
    CONSTRAINT house_account_pkey PRIMARY KEY (tenant_id, number)
);

-- Money that came in, as bank lines say it once they are booked; a collective booking is taken apart. Or as a deal's books
-- say it: then there is no line (`told_payment`).
CREATE TABLE trades.payment (
    tenant_id    uuid NOT NULL,
    id           uuid NOT NULL,
    key          text NOT NULL CHECK (key <> ''),  -- what its line is recognised by, and which part of it
    line_id      uuid,
    house        boolean NOT NULL,  -- from or to an account of the platform itself
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    currency     text NOT NULL,
    day          text NOT NULL,
    text         text NOT NULL,
    payer        jsonb,
    payee        jsonb NOT NULL,
    sender_id    uuid,
    CONSTRAINT payment_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT payment_once UNIQUE (tenant_id, key),
    CONSTRAINT payment_of FOREIGN KEY (tenant_id, line_id) REFERENCES trades.statement_line (tenant_id, id)
);
CREATE TABLE trades.payment_link (
    tenant_id  uuid NOT NULL,
    link       text NOT NULL,
    payment_id uuid NOT NULL,
    CONSTRAINT payment_link_pkey PRIMARY KEY (tenant_id, link, payment_id),
    CONSTRAINT payment_link_of FOREIGN KEY (tenant_id, payment_id) REFERENCES trades.payment (tenant_id, id)
);

-- What a payment settles, and why; each change is another version. `rule` decides unless a person did: then it stays. So
-- does what a deal's books said (`booked`), and what is theirs to say (`passed`).
CREATE TABLE trades.reconciliation (
    tenant_id  uuid NOT NULL,
    payment_id uuid NOT NULL,
    version    integer NOT NULL CHECK (version > 0),
    current    boolean NOT NULL,
    decided    text NOT NULL CHECK (decided IN ('rule', 'hand', 'fixed', 'booked', 'passed')),
    left_minor bigint NOT NULL CHECK (left_minor >= 0),  -- what of it is unexplained
    result     text NOT NULL,
    matched_at timestamptz NOT NULL,
    CONSTRAINT reconciliation_pkey PRIMARY KEY (tenant_id, payment_id, version),
    CONSTRAINT reconciliation_of FOREIGN KEY (tenant_id, payment_id) REFERENCES trades.payment (tenant_id, id)
);
CREATE UNIQUE INDEX reconciliation_current ON trades.reconciliation (tenant_id, payment_id) WHERE current;
CREATE TABLE trades.share (
    tenant_id    uuid NOT NULL,
    payment_id   uuid NOT NULL,
    version      integer NOT NULL,
    fingerprint  bytea NOT NULL CHECK (length(fingerprint) = 32),
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    CONSTRAINT share_pkey PRIMARY KEY (tenant_id, payment_id, version, fingerprint),
    CONSTRAINT share_of FOREIGN KEY (tenant_id, payment_id, version)
        REFERENCES trades.reconciliation (tenant_id, payment_id, version)
);
CREATE INDEX share_on ON trades.share (tenant_id, fingerprint);

-- What events of deals and vouchers say was paid on invoices: `paid` for the debtor, `forgiven` by the creditor (a discount
-- for paying early), or `own`: the creditor's own money, which settles nothing. Placed once, in the transaction that told it.
CREATE TABLE trades.told_payment (
    tenant_id    uuid NOT NULL,
    subject      text NOT NULL CHECK (subject <> ''),
    version      integer NOT NULL CHECK (version > 0),
    fingerprint  bytea NOT NULL CHECK (length(fingerprint) = 32),
    what         text NOT NULL CHECK (what IN ('paid', 'forgiven', 'own')),
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    currency     text NOT NULL,
    paid_on      date NOT NULL,
    payer        jsonb,
    payment_id   uuid,  -- none until the end of that transaction
    returned     boolean NOT NULL DEFAULT false,  -- a bank took the money back: it settles nothing any more
    CONSTRAINT told_payment_pkey PRIMARY KEY (tenant_id, subject, version, fingerprint, what),
    CONSTRAINT told_payment_placed FOREIGN KEY (tenant_id, payment_id) REFERENCES trades.payment (tenant_id, id)
);
CREATE INDEX told_payment_returned ON trades.told_payment (tenant_id, subject) WHERE returned;
CREATE INDEX told_payment_waiting ON trades.told_payment (tenant_id) WHERE payment_id IS NULL;

-- What of a payment nobody could explain waits here for a person. One may be open for each payment.
CREATE TABLE trades.exception (
    tenant_id    uuid NOT NULL,
    id           uuid NOT NULL,
    payment_id   uuid NOT NULL,
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    currency     text NOT NULL,
    reason       text NOT NULL,
    params       jsonb NOT NULL,
    candidates   bytea[] NOT NULL,
    state        text NOT NULL CHECK (state IN ('open', 'resolved', 'dismissed')),
    opened_at    timestamptz NOT NULL,
    decided_at   timestamptz,
    decided_by   text,
    why          text,
    sender_id    uuid,
    CONSTRAINT exception_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT exception_of FOREIGN KEY (tenant_id, payment_id) REFERENCES trades.payment (tenant_id, id),
    CONSTRAINT exception_decided CHECK ((state = 'open') = (decided_at IS NULL) AND (state = 'open') = (decided_by IS NULL))
);
CREATE UNIQUE INDEX exception_open ON trades.exception (tenant_id, payment_id) WHERE state = 'open';
CREATE INDEX exception_state ON trades.exception (tenant_id, state, id);

ALTER TABLE trades.matching_turn ENABLE ROW LEVEL SECURITY;
ALTER TABLE trades.matching_turn FORCE ROW LEVEL SECURITY;
ALTER TABLE trades.house_account ENABLE ROW LEVEL SECURITY;
ALTER TABLE trades.house_account FORCE ROW LEVEL SECURITY;
ALTER TABLE trades.told_payment ENABLE ROW LEVEL SECURITY;
ALTER TABLE trades.told_payment FORCE ROW LEVEL SECURITY;
ALTER TABLE trades.payment ENABLE ROW LEVEL SECURITY;
ALTER TABLE trades.payment FORCE ROW LEVEL SECURITY;
ALTER TABLE trades.payment_link ENABLE ROW LEVEL SECURITY;
ALTER TABLE trades.payment_link FORCE ROW LEVEL SECURITY;
ALTER TABLE trades.reconciliation ENABLE ROW LEVEL SECURITY;
ALTER TABLE trades.reconciliation FORCE ROW LEVEL SECURITY;
ALTER TABLE trades.share ENABLE ROW LEVEL SECURITY;
ALTER TABLE trades.share FORCE ROW LEVEL SECURITY;
ALTER TABLE trades.exception ENABLE ROW LEVEL SECURITY;
ALTER TABLE trades.exception FORCE ROW LEVEL SECURITY;
CREATE POLICY matching_turn_house ON trades.matching_turn FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY house_account_house ON trades.house_account FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY house_account_read ON trades.house_account FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY told_payment_house ON trades.told_payment FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY told_payment_read ON trades.told_payment FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY payment_house ON trades.payment FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY payment_read ON trades.payment FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY payment_own ON trades.payment FOR SELECT TO openscf_member
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
           AND sender_id = nullif(current_setting('app.member', true), '')::uuid);
CREATE POLICY payment_link_house ON trades.payment_link FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY payment_link_read ON trades.payment_link FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY reconciliation_house ON trades.reconciliation FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY reconciliation_read ON trades.reconciliation FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY share_house ON trades.share FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY share_read ON trades.share FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY exception_house ON trades.exception FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY exception_read ON trades.exception FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
GRANT SELECT, INSERT ON trades.matching_turn, trades.house_account, trades.payment, trades.payment_link,
    trades.reconciliation, trades.share, trades.told_payment, trades.exception TO openscf_app;
GRANT UPDATE (payment_id, returned) ON trades.told_payment TO openscf_app;
GRANT UPDATE (tenant_id) ON trades.matching_turn TO openscf_app;  -- without the right to update nobody may lock
GRANT UPDATE (current) ON trades.reconciliation TO openscf_app;
GRANT UPDATE (amount_minor, reason, params, candidates, state, decided_at, decided_by, why) ON trades.exception
    TO openscf_app;
GRANT SELECT ON trades.house_account, trades.payment, trades.payment_link, trades.reconciliation, trades.share,
    trades.told_payment, trades.exception TO openscf_read;
GRANT SELECT ON trades.payment TO openscf_member;

-- What other capabilities may read of the documents: views that ask with the rights of their reader. A member's sight ends
-- where its policies end, here as everywhere; where it may not see the file, the source is unknown to it.
CREATE VIEW trades.counted_document WITH (security_invoker = true) AS
    SELECT d.tenant_id, d.id, d.kind, d.number, d.code, d.seller_key, d.buyer_key, d.signer_key, d.issued_on, d.due_on,
           d.delivered_on, d.currency, d.net_minor, d.tax_minor, d.gross_minor, d.status, d.flags, d.recorded_at,
           f.sender AS source
    FROM trades.document d LEFT JOIN trades.file f ON f.tenant_id = d.tenant_id AND f.id = d.file_id
    WHERE d.current;

-- Where else the identity of a counted document was met: the same words again (`copy`), other words (`version`), or those
-- other words again (`copy_of_version`). For the house only.
CREATE VIEW trades.met_again WITH (security_invoker = true) AS
    SELECT s.tenant_id, c.id AS document_id, v.id AS version_id, f.sender AS source,
           CASE WHEN v.current THEN 'copy' ELSE 'copy_of_version' END AS what
    FROM trades.sighting s
    JOIN trades.document v ON v.tenant_id = s.tenant_id AND v.id = s.document_id
    JOIN trades.document c ON c.tenant_id = v.tenant_id AND c.fingerprint = v.fingerprint AND c.current
    JOIN trades.file f ON f.tenant_id = s.tenant_id AND f.id = s.file_id
    UNION ALL
    SELECT v.tenant_id, c.id, v.id, f.sender, 'version'
    FROM trades.document v
    JOIN trades.document c ON c.tenant_id = v.tenant_id AND c.fingerprint = v.fingerprint AND c.current
    JOIN trades.file f ON f.tenant_id = v.tenant_id AND f.id = v.file_id
    WHERE NOT v.current;

-- How the counted documents name their parties: a key, and what stands beside it on paper.
CREATE VIEW trades.named_party WITH (security_invoker = true) AS
    SELECT d.tenant_id, d.id AS document_id, d.seller_key AS key, d.body -> 'seller' AS said
    FROM trades.document d WHERE d.current AND d.seller_key IS NOT NULL
    UNION ALL
    SELECT d.tenant_id, d.id, d.buyer_key, d.body -> 'buyer'
    FROM trades.document d WHERE d.current AND d.buyer_key IS NOT NULL;

CREATE VIEW trades.linked_key WITH (security_invoker = true) AS
    SELECT tenant_id, key, party_id FROM trades.party_link;

CREATE VIEW trades.booked_line WITH (security_invoker = true) AS
    SELECT l.tenant_id, l.id, encode(l.account_key, 'hex') AS account_key, l.counterparty_key, l.booked_on, l.value_on, l.currency, l.amount_minor,
           l.status, l.reference, l.flags, f.sender AS source, s.recorded_at
    FROM trades.statement_line l
    JOIN trades.statement s ON s.tenant_id = l.tenant_id AND s.id = l.statement_id
    LEFT JOIN trades.file f ON f.tenant_id = s.tenant_id AND f.id = s.file_id;

CREATE VIEW trades.delivery WITH (security_invoker = true) AS
    SELECT tenant_id, id, sender AS source, sender_id, adapter, received_at, row_count, accepted, rejected, new, seen,
           versions
    FROM trades.file;

-- What is owed on the counted invoices, who told of them, and under which identity others know them. `document_id` is the
-- version that speaks; a deal or a confirmation may name another one of the same identity. For the house only, as all below.
CREATE VIEW trades.claim WITH (security_invoker = true) AS
    SELECT d.tenant_id, d.id AS document_id, d.fingerprint, d.seller_key, d.buyer_key, d.issued_on, d.due_on, d.currency,
           d.gross_minor AS amount_minor, d.sender_id
    FROM trades.document d WHERE d.current AND d.kind = 'invoice' AND d.status = 'valid' AND d.gross_minor > 0;
CREATE VIEW trades.document_identity WITH (security_invoker = true) AS
    SELECT d.tenant_id, d.id, d.fingerprint FROM trades.document d;

-- What of an invoice is known to be gone, and who says so: money on an account whose statement somebody delivered (`paid`),
-- or a red letter in force (`credited`). What deals told has no line, and is counted where the deals are.
CREATE VIEW trades.claim_paid WITH (security_invoker = true) AS
    SELECT s.tenant_id, s.fingerprint, 'paid' AS what, s.amount_minor, coalesce(l.booked_on, l.value_on) AS on_day,
           p.sender_id, f.sender AS source
    FROM trades.share s
    JOIN trades.reconciliation r ON r.tenant_id = s.tenant_id AND r.payment_id = s.payment_id AND r.version = s.version
        AND r.current
    JOIN trades.payment p ON p.tenant_id = s.tenant_id AND p.id = s.payment_id
    JOIN trades.statement_line l ON l.tenant_id = p.tenant_id AND l.id = p.line_id
    JOIN trades.statement t ON t.tenant_id = l.tenant_id AND t.id = l.statement_id
    JOIN trades.file f ON f.tenant_id = t.tenant_id AND f.id = t.file_id
    UNION ALL
    SELECT d.tenant_id, d.fingerprint, 'credited', abs(coalesce(r.amount_minor, d.gross_minor)), e.issued_on, e.sender_id,
           f.sender
    FROM trades.reversal r
    JOIN trades.document e ON e.tenant_id = r.tenant_id AND e.id = r.document_id AND e.current AND e.status = 'valid'
    JOIN trades.document d ON d.tenant_id = r.tenant_id AND d.number_key = r.number_key AND d.kind = r.kind
        AND d.seller_key IS NOT DISTINCT FROM r.seller_key AND d.current
    JOIN trades.file f ON f.tenant_id = e.tenant_id AND f.id = e.file_id;

-- Who else told of an invoice in the very words that speak.
CREATE VIEW trades.claim_copy WITH (security_invoker = true) AS
    SELECT DISTINCT d.tenant_id, d.fingerprint, f.sender_id, f.sender AS source
    FROM trades.sighting s
    JOIN trades.document d ON d.tenant_id = s.tenant_id AND d.id = s.document_id AND d.current
    JOIN trades.file f ON f.tenant_id = s.tenant_id AND f.id = s.file_id
    JOIN trades.file o ON o.tenant_id = d.tenant_id AND o.id = d.file_id AND o.sender <> f.sender
    WHERE d.kind IN ('invoice', 'credit_note');

-- Who tells that the goods of an invoice came: receipts that hang together with it by an order, where the match found that
-- goods are proven.
CREATE VIEW trades.claim_received WITH (security_invoker = true) AS
    SELECT c.tenant_id, c.fingerprint, f.sender_id, f.sender AS source, min(coalesce(g.delivered_on, g.issued_on)) AS on_day
    FROM trades.closure c
    JOIN trades.link i ON i.tenant_id = c.tenant_id AND i.fingerprint = c.fingerprint AND i.link LIKE 'order:%'
    JOIN trades.link r ON r.tenant_id = i.tenant_id AND r.link = i.link AND r.fingerprint <> i.fingerprint
    JOIN trades.document g ON g.tenant_id = r.tenant_id AND g.fingerprint = r.fingerprint AND g.current
        AND g.status = 'valid' AND g.kind = 'receipt_advice'
    JOIN trades.file f ON f.tenant_id = g.tenant_id AND f.id = g.file_id
    WHERE c.current AND c.goods_ppm > 0
    GROUP BY c.tenant_id, c.fingerprint, f.sender_id, f.sender;

GRANT SELECT ON trades.counted_document, trades.named_party, trades.linked_key, trades.booked_line, trades.delivery
    TO openscf_app, openscf_read, openscf_member;
GRANT SELECT ON trades.met_again TO openscf_app, openscf_read;
GRANT SELECT ON trades.claim, trades.document_identity, trades.claim_paid, trades.claim_copy, trades.claim_received
    TO openscf_app, openscf_read;

-- How the files of a source are read: its reader and the reader's options, as a column mapping. The newest one counts.
CREATE SCHEMA ingestion;
GRANT USAGE ON SCHEMA ingestion TO openscf_app, openscf_read;

CREATE TABLE ingestion.mapping (
    tenant_id     uuid NOT NULL REFERENCES platform.tenant (id),
    sender        text NOT NULL CHECK (sender <> ''),
    version       integer NOT NULL CHECK (version > 0),
    reader        text NOT NULL CHECK (reader <> ''),
    options       jsonb NOT NULL,
    remembered_at timestamptz NOT NULL,
    remembered_by text NOT NULL,
    CONSTRAINT mapping_pkey PRIMARY KEY (tenant_id, sender, version)
);
ALTER TABLE ingestion.mapping ENABLE ROW LEVEL SECURITY;
ALTER TABLE ingestion.mapping FORCE ROW LEVEL SECURITY;
CREATE POLICY mapping_house ON ingestion.mapping FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY mapping_read ON ingestion.mapping FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
GRANT SELECT, INSERT ON ingestion.mapping TO openscf_app;
GRANT SELECT ON ingestion.mapping TO openscf_read;

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

-- When open receivables are expected to be paid: one row for each time that this changed, with all that it was computed
-- from. A run is the word of one day, by the model that was in force on it; runs and rows are never changed, and no run is
-- older than one that is there already: what a decision knew is named by the day of the run that it looked at.
CREATE TABLE credit.lateness_run (
    tenant_id        uuid NOT NULL REFERENCES platform.tenant (id),
    as_of            date NOT NULL,
    model_version_id uuid,  -- none: nobody was in force, and from this day nothing is foretold
    snapshot_sha256  text NOT NULL,
    receivables      integer NOT NULL CHECK (receivables >= 0),
    made_at          timestamptz NOT NULL,
    made_by          text NOT NULL,
    CONSTRAINT lateness_run_pkey PRIMARY KEY (tenant_id, as_of),
    CONSTRAINT lateness_run_by FOREIGN KEY (tenant_id, model_version_id) REFERENCES credit.model_version (tenant_id, id)
);
CREATE TABLE credit.lateness (
    tenant_id        uuid NOT NULL,
    fingerprint      bytea NOT NULL,  -- identity of the document: another version of it has the same
    from_day         date NOT NULL,  -- the run
    document_id      uuid NOT NULL,
    model_version_id uuid NOT NULL,
    late_ppm         integer NOT NULL CHECK (late_ppm BETWEEN 1 AND 1000000),
    record           text NOT NULL,  -- canonical JSON: the very bytes that are made again
    record_sha256    text NOT NULL CHECK (record_sha256 ~ '^[0-9a-f]{64}$'),
    CONSTRAINT lateness_pkey PRIMARY KEY (tenant_id, fingerprint, from_day),
    CONSTRAINT lateness_of_run FOREIGN KEY (tenant_id, from_day) REFERENCES credit.lateness_run (tenant_id, as_of),
    CONSTRAINT lateness_by FOREIGN KEY (tenant_id, model_version_id) REFERENCES credit.model_version (tenant_id, id)
);
ALTER TABLE credit.lateness_run ENABLE ROW LEVEL SECURITY;
ALTER TABLE credit.lateness_run FORCE ROW LEVEL SECURITY;
ALTER TABLE credit.lateness ENABLE ROW LEVEL SECURITY;
ALTER TABLE credit.lateness FORCE ROW LEVEL SECURITY;
CREATE POLICY lateness_run_house ON credit.lateness_run FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY lateness_house ON credit.lateness FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY lateness_run_read ON credit.lateness_run FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY lateness_read ON credit.lateness FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
GRANT SELECT, INSERT ON credit.lateness_run, credit.lateness TO openscf_app;
GRANT SELECT ON credit.lateness_run, credit.lateness TO openscf_read;

-- Money between the platform's books and the banks. An account at a bank is mirrored by a ledger account; what it holds
-- belongs to the parties' pockets, to what is under way, or to nobody yet. Ledger balances live in the ledger; here stands
-- which of its accounts lie in which bank account, and what the bank said.
CREATE SCHEMA settlement;
GRANT USAGE ON SCHEMA settlement TO openscf_app, openscf_read, openscf_member;

-- An account at a bank. `closing_minor` and `closed_on` are those of the last booked statement; the row's lock puts the
-- statements of an account in a line.
CREATE TABLE settlement.account (
    tenant_id     uuid NOT NULL REFERENCES platform.tenant,
    id            uuid NOT NULL,
    kind          text NOT NULL CHECK (kind IN ('escrow', 'collection')),
    owner_id      uuid NOT NULL,
    holder_name   text NOT NULL CHECK (holder_name <> ''),
    bank_code     text NOT NULL CHECK (bank_code <> ''),
    number        text NOT NULL CHECK (number <> ''),
    currency      text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    bank_id       uuid NOT NULL,  -- ledger accounts: the bank's mirror (no floor), under way, unplaced in, unplaced out
    transit_id    uuid NOT NULL,
    suspense_id   uuid NOT NULL,
    unexplained_id uuid NOT NULL,
    closing_minor bigint NOT NULL DEFAULT 0,
    closed_on     date,
    opened_at     timestamptz NOT NULL,
    CONSTRAINT account_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT account_number UNIQUE (tenant_id, number, currency)
);

-- What a party has inside a bank account: a ledger account of its own.
CREATE TABLE settlement.pocket (
    tenant_id  uuid NOT NULL,
    ledger_id  uuid NOT NULL,
    account_id uuid NOT NULL,
    party_id   uuid NOT NULL,
    purpose    text NOT NULL CHECK (purpose ~ '^[a-z][a-z_]*$'),
    subject_id uuid,  -- the deal that it lives and ends with; NULL for a standing one
    CONSTRAINT pocket_pkey PRIMARY KEY (tenant_id, ledger_id),
    CONSTRAINT pocket_in FOREIGN KEY (tenant_id, account_id) REFERENCES settlement.account (tenant_id, id)
);
CREATE UNIQUE INDEX pocket_once ON settlement.pocket (tenant_id, account_id, party_id, purpose) WHERE subject_id IS NULL;
CREATE INDEX pocket_in_account ON settlement.pocket (tenant_id, account_id);
CREATE INDEX pocket_of_party ON settlement.pocket (tenant_id, party_id);

-- How much one person may pay out alone in a day, and whether what is above a bottom leaves by itself each day; set by two persons.
CREATE TABLE settlement.rule (
    tenant_id          uuid NOT NULL,
    account_id         uuid NOT NULL,
    party_id           uuid NOT NULL,
    single_limit_minor bigint NOT NULL CHECK (single_limit_minor >= 0),
    sweeps             boolean NOT NULL,
    keep_minor         bigint NOT NULL CHECK (keep_minor >= 0),
    least_minor        bigint NOT NULL CHECK (least_minor > 0),
    request_id         uuid NOT NULL,
    set_at             timestamptz NOT NULL,
    CONSTRAINT rule_pkey PRIMARY KEY (tenant_id, account_id, party_id),
    CONSTRAINT rule_in FOREIGN KEY (tenant_id, account_id) REFERENCES settlement.account (tenant_id, id)
);

-- A payment out. `reference` is the end-to-end identification by which a bank recognises it, and we its line.
CREATE TABLE settlement.payout (
    tenant_id       uuid NOT NULL,
    id              uuid NOT NULL,
    account_id      uuid NOT NULL,
    party_id        uuid NOT NULL,
    payee_id        uuid,           -- NULL for money that goes back to an unknown sender
    source_id       uuid NOT NULL,  -- the ledger account that pays
    bank_account_id uuid,           -- the payee's verified account; its number stays sealed where it is
    suspense_id     uuid,           -- the unplaced money that goes back to where it came from
    amount_minor    bigint NOT NULL CHECK (amount_minor > 0),
    currency        text NOT NULL,
    reference       text NOT NULL,
    remittance      text NOT NULL,
    execute_on      date NOT NULL,
    subject_id      uuid,
    hold_id         uuid NOT NULL,
    state           text NOT NULL
                    CHECK (state IN ('held', 'sent', 'confirmed', 'settled', 'refused', 'returned')),
    reason          text NOT NULL DEFAULT '',  -- the bank's code, for a refusal or a return
    request_id      uuid,
    made_by         text NOT NULL,
    made_at         timestamptz NOT NULL,
    moved_at        timestamptz NOT NULL,
    alone           boolean NOT NULL,  -- on the word of one person: counts against the daily limit
    CONSTRAINT payout_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT payout_reference UNIQUE (tenant_id, reference),
    CONSTRAINT payout_from FOREIGN KEY (tenant_id, account_id) REFERENCES settlement.account (tenant_id, id),
    CONSTRAINT payout_to CHECK ((bank_account_id IS NULL) <> (suspense_id IS NULL))
);
CREATE INDEX payout_open ON settlement.payout (tenant_id, moved_at) WHERE state IN ('held', 'sent', 'confirmed');
CREATE INDEX payout_of_party ON settlement.payout (tenant_id, party_id, made_at);

ALTER TABLE settlement.account ENABLE ROW LEVEL SECURITY;
ALTER TABLE settlement.account FORCE ROW LEVEL SECURITY;
ALTER TABLE settlement.pocket ENABLE ROW LEVEL SECURITY;
ALTER TABLE settlement.pocket FORCE ROW LEVEL SECURITY;
ALTER TABLE settlement.rule ENABLE ROW LEVEL SECURITY;
ALTER TABLE settlement.rule FORCE ROW LEVEL SECURITY;
ALTER TABLE settlement.payout ENABLE ROW LEVEL SECURITY;
ALTER TABLE settlement.payout FORCE ROW LEVEL SECURITY;
CREATE POLICY account_house ON settlement.account FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY account_read ON settlement.account FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY pocket_house ON settlement.pocket FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY pocket_read ON settlement.pocket FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY pocket_own ON settlement.pocket FOR SELECT TO openscf_member
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
           AND party_id = nullif(current_setting('app.member', true), '')::uuid);
CREATE POLICY rule_house ON settlement.rule FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY rule_read ON settlement.rule FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY rule_own ON settlement.rule FOR SELECT TO openscf_member
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
           AND party_id = nullif(current_setting('app.member', true), '')::uuid);
CREATE POLICY payout_house ON settlement.payout FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY payout_read ON settlement.payout FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY payout_own ON settlement.payout FOR SELECT TO openscf_member
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
           AND party_id = nullif(current_setting('app.member', true), '')::uuid);
GRANT SELECT, INSERT ON settlement.account, settlement.pocket, settlement.rule, settlement.payout TO openscf_app;
GRANT UPDATE (closing_minor, closed_on) ON settlement.account TO openscf_app;
GRANT UPDATE (single_limit_minor, sweeps, keep_minor, least_minor, request_id, set_at) ON settlement.rule TO openscf_app;
GRANT UPDATE (state, reason, moved_at) ON settlement.payout TO openscf_app;
GRANT SELECT ON settlement.account, settlement.pocket, settlement.rule, settlement.payout TO openscf_read;
GRANT SELECT ON settlement.pocket, settlement.rule, settlement.payout TO openscf_member;

-- What the banks said, what was expected, and what nobody could place. A line is booked once: its fingerprint is unique in
-- its account, and what it was used for adds up to its amount (I16).
CREATE TABLE settlement.statement (
    tenant_id     uuid NOT NULL,
    id            uuid NOT NULL,
    account_id    uuid NOT NULL,
    identity      bytea NOT NULL CHECK (length(identity) = 32),
    content       bytea NOT NULL CHECK (length(content) = 32),
    number        text NOT NULL,
    opened_on     date,
    closed_on     date NOT NULL,
    opening_minor bigint NOT NULL,
    closing_minor bigint NOT NULL,
    state         text NOT NULL CHECK (state IN ('parked', 'booked', 'dropped')),
    reason        text NOT NULL DEFAULT '',
    body          text NOT NULL,  -- canonical JSON of all that it says
    taken_at      timestamptz NOT NULL,
    booked_at     timestamptz,
    CONSTRAINT statement_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT statement_once UNIQUE (tenant_id, account_id, identity),
    CONSTRAINT statement_booked CHECK ((state = 'booked') = (booked_at IS NOT NULL)),
    CONSTRAINT statement_of FOREIGN KEY (tenant_id, account_id) REFERENCES settlement.account (tenant_id, id)
);
CREATE INDEX statement_parked ON settlement.statement (tenant_id, account_id, closed_on) WHERE state = 'parked';
CREATE INDEX statement_by_day ON settlement.statement (tenant_id, account_id, closed_on, booked_at);

CREATE TABLE settlement.line (
    tenant_id    uuid NOT NULL,
    id           uuid NOT NULL,
    statement_id uuid NOT NULL,
    account_id   uuid NOT NULL,
    ordinal      integer NOT NULL CHECK (ordinal > 0),
    fingerprint  text NOT NULL,
    amount_minor bigint NOT NULL CHECK (amount_minor <> 0),
    booked_on    date NOT NULL,
    value_on     date NOT NULL,
    reference    text NOT NULL,
    remittance   text NOT NULL,
    other        text NOT NULL,  -- canonical JSON: the other side as the bank names it
    CONSTRAINT line_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT line_once UNIQUE (tenant_id, account_id, fingerprint),
    CONSTRAINT line_in FOREIGN KEY (tenant_id, statement_id) REFERENCES settlement.statement (tenant_id, id)
);
CREATE INDEX line_of ON settlement.line (tenant_id, statement_id, ordinal);

-- What a line was used for when it was booked; the parts of a line add up to it.
CREATE TABLE settlement.line_use (
    tenant_id    uuid NOT NULL,
    line_id      uuid NOT NULL,
    ordinal      integer NOT NULL CHECK (ordinal > 0),
    purpose      text NOT NULL CHECK (purpose IN ('payout', 'return', 'receipt', 'suspense', 'unexplained')),
    subject_id   uuid NOT NULL,  -- the payout, the receipt, the suspense item
    amount_minor bigint NOT NULL CHECK (amount_minor <> 0),
    transfer_id  uuid NOT NULL,
    CONSTRAINT line_use_pkey PRIMARY KEY (tenant_id, line_id, ordinal),
    CONSTRAINT line_use_of FOREIGN KEY (tenant_id, line_id) REFERENCES settlement.line (tenant_id, id)
);
CREATE UNIQUE INDEX line_use_ends_once ON settlement.line_use (tenant_id, purpose, subject_id);

CREATE TABLE settlement.expectation (
    tenant_id      uuid NOT NULL,
    id             uuid NOT NULL,
    account_id     uuid NOT NULL,
    deliver_to     uuid NOT NULL,  -- the pocket that the money is for
    obligor_id     uuid NOT NULL,
    payer          text NOT NULL,  -- canonical JSON: how a bank would name the obligor
    numbers        text[] NOT NULL,
    currency       text NOT NULL,
    amount_minor   bigint NOT NULL CHECK (amount_minor > 0),
    received_minor bigint NOT NULL DEFAULT 0 CHECK (received_minor BETWEEN 0 AND amount_minor),
    due_on         date NOT NULL,
    subject_id     uuid,
    subject        text NOT NULL,
    state          text NOT NULL CHECK (state IN ('open', 'received', 'cancelled')),
    made_at        timestamptz NOT NULL,
    CONSTRAINT expectation_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT expectation_pocket FOREIGN KEY (tenant_id, deliver_to) REFERENCES settlement.pocket (tenant_id, ledger_id),
    CONSTRAINT expectation_received CHECK (state <> 'received' OR received_minor = amount_minor)
);
CREATE INDEX expectation_open ON settlement.expectation (tenant_id, account_id, due_on) WHERE state = 'open';
CREATE INDEX expectation_of_subject ON settlement.expectation (tenant_id, subject);

CREATE TABLE settlement.receipt (
    tenant_id      uuid NOT NULL,
    id             uuid NOT NULL,
    expectation_id uuid NOT NULL,
    line_id        uuid NOT NULL,
    amount_minor   bigint NOT NULL CHECK (amount_minor > 0),
    value_on       date NOT NULL,
    rule           text NOT NULL CHECK (rule IN ('reference', 'amount', 'sum', 'part', 'hand')),
    explanation    text NOT NULL,  -- canonical JSON: the reasons
    transfer_id    uuid NOT NULL,
    waits          text NOT NULL DEFAULT '',  -- why its deal could not share it out yet: the refusal's code
    made_at        timestamptz NOT NULL,
    CONSTRAINT receipt_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT receipt_for FOREIGN KEY (tenant_id, expectation_id) REFERENCES settlement.expectation (tenant_id, id),
    CONSTRAINT receipt_from FOREIGN KEY (tenant_id, line_id) REFERENCES settlement.line (tenant_id, id)
);
CREATE INDEX receipt_of ON settlement.receipt (tenant_id, expectation_id);
CREATE INDEX receipt_waiting ON settlement.receipt (tenant_id, made_at) WHERE waits <> '';

-- Money that nobody could place: `in` waits in the suspense account, `out` was taken by the bank without our order.
CREATE TABLE settlement.suspense (
    tenant_id    uuid NOT NULL,
    id           uuid NOT NULL,
    account_id   uuid NOT NULL,
    line_id      uuid NOT NULL,
    side         text NOT NULL CHECK (side IN ('in', 'out')),
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    open_minor   bigint NOT NULL CHECK (open_minor BETWEEN 0 AND amount_minor),
    reason       text NOT NULL CHECK (reason <> ''),
    facts        text NOT NULL,  -- canonical JSON: what the reason's sentence speaks of
    candidates   uuid[] NOT NULL,
    made_at      timestamptz NOT NULL,
    CONSTRAINT suspense_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT suspense_from FOREIGN KEY (tenant_id, line_id) REFERENCES settlement.line (tenant_id, id)
);
CREATE INDEX suspense_open ON settlement.suspense (tenant_id, made_at) WHERE open_minor > 0;

ALTER TABLE settlement.statement ENABLE ROW LEVEL SECURITY;
ALTER TABLE settlement.statement FORCE ROW LEVEL SECURITY;
ALTER TABLE settlement.line ENABLE ROW LEVEL SECURITY;
ALTER TABLE settlement.line FORCE ROW LEVEL SECURITY;
ALTER TABLE settlement.line_use ENABLE ROW LEVEL SECURITY;
ALTER TABLE settlement.line_use FORCE ROW LEVEL SECURITY;
ALTER TABLE settlement.expectation ENABLE ROW LEVEL SECURITY;
ALTER TABLE settlement.expectation FORCE ROW LEVEL SECURITY;
ALTER TABLE settlement.receipt ENABLE ROW LEVEL SECURITY;
ALTER TABLE settlement.receipt FORCE ROW LEVEL SECURITY;
ALTER TABLE settlement.suspense ENABLE ROW LEVEL SECURITY;
ALTER TABLE settlement.suspense FORCE ROW LEVEL SECURITY;
CREATE POLICY statement_house ON settlement.statement FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY statement_read ON settlement.statement FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY line_house ON settlement.line FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY line_read ON settlement.line FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY line_use_house ON settlement.line_use FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY line_use_read ON settlement.line_use FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY expectation_house ON settlement.expectation FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY expectation_read ON settlement.expectation FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY expectation_own ON settlement.expectation FOR SELECT TO openscf_member
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
           AND EXISTS (SELECT FROM settlement.pocket p
                       WHERE p.tenant_id = expectation.tenant_id AND p.ledger_id = expectation.deliver_to));
CREATE POLICY receipt_house ON settlement.receipt FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY receipt_read ON settlement.receipt FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY receipt_own ON settlement.receipt FOR SELECT TO openscf_member
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
           AND EXISTS (SELECT FROM settlement.expectation e
                       WHERE e.tenant_id = receipt.tenant_id AND e.id = receipt.expectation_id));
CREATE POLICY suspense_house ON settlement.suspense FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY suspense_read ON settlement.suspense FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
GRANT SELECT, INSERT ON settlement.statement, settlement.line, settlement.line_use, settlement.expectation,
    settlement.receipt, settlement.suspense TO openscf_app;
GRANT UPDATE (state, reason, booked_at) ON settlement.statement TO openscf_app;
GRANT UPDATE (received_minor, state) ON settlement.expectation TO openscf_app;
GRANT UPDATE (waits) ON settlement.receipt TO openscf_app;
GRANT UPDATE (open_minor) ON settlement.suspense TO openscf_app;
GRANT SELECT ON settlement.statement, settlement.line, settlement.line_use, settlement.expectation, settlement.receipt,
    settlement.suspense TO openscf_read;
GRANT SELECT ON settlement.expectation, settlement.receipt TO openscf_member;

-- A bank takes back what it had credited: the debit (an item of the unplaced that is `out`) and the line that it takes back.
-- What still lay here went at once; what was passed on is owed by whoever received it, share by share. Append-only but for
-- what is given back.
CREATE TABLE settlement.recall (
    tenant_id    uuid NOT NULL,
    id           uuid NOT NULL,
    item_id      uuid NOT NULL,
    line_id      uuid NOT NULL,
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    direct_minor bigint NOT NULL CHECK (direct_minor BETWEEN 0 AND amount_minor),
    made_at      timestamptz NOT NULL,
    CONSTRAINT recall_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT recall_of_item UNIQUE (tenant_id, item_id),
    CONSTRAINT recall_once UNIQUE (tenant_id, line_id),
    CONSTRAINT recall_item FOREIGN KEY (tenant_id, item_id) REFERENCES settlement.suspense (tenant_id, id),
    CONSTRAINT recall_line FOREIGN KEY (tenant_id, line_id) REFERENCES settlement.line (tenant_id, id)
);

CREATE TABLE settlement.recall_receipt (
    tenant_id  uuid NOT NULL,
    receipt_id uuid NOT NULL,
    recall_id  uuid NOT NULL,
    direct     boolean NOT NULL,  -- it lay in its pocket still, and is expected again
    CONSTRAINT recall_receipt_pkey PRIMARY KEY (tenant_id, receipt_id),
    CONSTRAINT recall_receipt_of FOREIGN KEY (tenant_id, recall_id) REFERENCES settlement.recall (tenant_id, id),
    CONSTRAINT recall_receipt_is FOREIGN KEY (tenant_id, receipt_id) REFERENCES settlement.receipt (tenant_id, id)
);

CREATE TABLE settlement.recall_share (
    tenant_id      uuid NOT NULL,
    recall_id      uuid NOT NULL,
    ordinal        integer NOT NULL CHECK (ordinal > 0),
    receipt_id     uuid NOT NULL,
    party_id       uuid NOT NULL,
    ledger_id      uuid NOT NULL,   -- the pocket that received it, and that it comes back from
    share_minor    bigint NOT NULL CHECK (share_minor > 0),
    given_minor    bigint NOT NULL DEFAULT 0 CHECK (given_minor BETWEEN 0 AND share_minor),
    expectation_id uuid,            -- what the payer owes for it again; none where it was the payer's own money
    CONSTRAINT recall_share_pkey PRIMARY KEY (tenant_id, recall_id, ordinal),
    CONSTRAINT recall_share_of FOREIGN KEY (tenant_id, recall_id) REFERENCES settlement.recall (tenant_id, id)
);
CREATE INDEX recall_share_open ON settlement.recall_share (tenant_id, party_id) WHERE given_minor < share_minor;

ALTER TABLE settlement.recall ENABLE ROW LEVEL SECURITY;
ALTER TABLE settlement.recall FORCE ROW LEVEL SECURITY;
ALTER TABLE settlement.recall_receipt ENABLE ROW LEVEL SECURITY;
ALTER TABLE settlement.recall_receipt FORCE ROW LEVEL SECURITY;
ALTER TABLE settlement.recall_share ENABLE ROW LEVEL SECURITY;
ALTER TABLE settlement.recall_share FORCE ROW LEVEL SECURITY;
CREATE POLICY recall_house ON settlement.recall FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY recall_read ON settlement.recall FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY recall_receipt_house ON settlement.recall_receipt FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY recall_receipt_read ON settlement.recall_receipt FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY recall_share_house ON settlement.recall_share FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY recall_share_read ON settlement.recall_share FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
GRANT SELECT, INSERT ON settlement.recall, settlement.recall_receipt, settlement.recall_share TO openscf_app;
GRANT UPDATE (given_minor) ON settlement.recall_share TO openscf_app;
GRANT SELECT ON settlement.recall, settlement.recall_receipt, settlement.recall_share TO openscf_read;

-- Financing: limits, programmes, deals. Everything that is scarce is an account of the ledger; these tables say what the
-- accounts mean and what happened to each deal.
CREATE SCHEMA financing;
GRANT USAGE ON SCHEMA financing TO openscf_app, openscf_read, openscf_member;

-- A node of the limit tree. Its headroom, what is used of it, and where it was granted from are accounts whose ids follow
-- from its own.
CREATE TABLE financing.limit_node (
    tenant_id    uuid        NOT NULL REFERENCES platform.tenant,
    id           uuid        NOT NULL,
    kind         text        NOT NULL CHECK (kind IN ('platform', 'funder', 'group', 'counterparty', 'product', 'contract')),
    owner_id     uuid        NOT NULL,
    party_id     uuid,
    role         text        NOT NULL,
    product      text,
    programme_id uuid,
    currency     text        NOT NULL CHECK (length(currency) = 3),
    amount_minor bigint      NOT NULL CHECK (amount_minor >= 0),
    excess_minor bigint      NOT NULL CHECK (excess_minor >= 0),
    valid_until  date,
    set_at       timestamptz NOT NULL,
    CONSTRAINT limit_node_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT limit_node_once UNIQUE NULLS NOT DISTINCT (tenant_id, kind, owner_id, party_id, role, product, programme_id, currency),
    CONSTRAINT limit_node_names CHECK (
        CASE kind WHEN 'platform' THEN party_id IS NULL AND product IS NULL AND programme_id IS NULL
                  WHEN 'funder' THEN party_id IS NULL AND product IS NULL AND programme_id IS NULL
                  WHEN 'group' THEN party_id IS NOT NULL
                  WHEN 'counterparty' THEN party_id IS NOT NULL
                  WHEN 'product' THEN product IS NOT NULL
                  ELSE programme_id IS NOT NULL END)
);
CREATE INDEX limit_node_of_party ON financing.limit_node (tenant_id, party_id);

-- What a deal uses of a node: reserved by a hold, or in use.
CREATE TABLE financing.limit_use (
    tenant_id      uuid   NOT NULL,
    deal_id        uuid   NOT NULL,
    limit_id       uuid   NOT NULL,
    hold_id        uuid,
    reserved_minor bigint NOT NULL CHECK (reserved_minor >= 0),
    used_minor     bigint NOT NULL CHECK (used_minor >= 0),
    CONSTRAINT limit_use_pkey PRIMARY KEY (tenant_id, deal_id, limit_id),
    CONSTRAINT limit_use_of FOREIGN KEY (tenant_id, limit_id) REFERENCES financing.limit_node (tenant_id, id),
    CONSTRAINT limit_use_held CHECK ((hold_id IS NULL) = (reserved_minor = 0))
);
CREATE INDEX limit_use_of_node ON financing.limit_use (tenant_id, limit_id);

ALTER TABLE financing.limit_node ENABLE ROW LEVEL SECURITY;
ALTER TABLE financing.limit_node FORCE ROW LEVEL SECURITY;
ALTER TABLE financing.limit_use ENABLE ROW LEVEL SECURITY;
ALTER TABLE financing.limit_use FORCE ROW LEVEL SECURITY;
CREATE POLICY limit_node_house ON financing.limit_node FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY limit_node_read ON financing.limit_node FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
-- A limit is its owner's own business; the enterprise that it bounds learns its own headroom from an offer, not from here.
CREATE POLICY limit_node_own ON financing.limit_node FOR SELECT TO openscf_member
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
           AND owner_id = nullif(current_setting('app.member', true), '')::uuid);
CREATE POLICY limit_use_house ON financing.limit_use FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY limit_use_read ON financing.limit_use FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
GRANT SELECT, INSERT ON financing.limit_node, financing.limit_use TO openscf_app;
GRANT UPDATE (amount_minor, valid_until, excess_minor, set_at) ON financing.limit_node TO openscf_app;
GRANT UPDATE (hold_id, reserved_minor, used_minor) ON financing.limit_use TO openscf_app;
GRANT SELECT ON financing.limit_node, financing.limit_use TO openscf_read;
GRANT SELECT ON financing.limit_node TO openscf_member;

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

-- A contract frame: under which terms a funder makes deals of one product with whom. In force once two persons of the
-- funder have approved exactly these terms.
CREATE TABLE financing.programme (
    tenant_id   uuid        NOT NULL REFERENCES platform.tenant,
    id          uuid        NOT NULL,
    product     text        NOT NULL CHECK (product <> ''),
    name        text        NOT NULL CHECK (name <> ''),
    owner_id    uuid        NOT NULL,  -- whoever offers it: the funder, or the core enterprise
    currency    text        NOT NULL CHECK (length(currency) = 3),
    calendar    text        NOT NULL,
    parties     text        NOT NULL,  -- JSON: roles that the frame fixes
    terms       text        NOT NULL,  -- canonical JSON of the product's terms type
    policy      text        NOT NULL,  -- canonical JSON: what is decided without a person
    state       text        NOT NULL CHECK (state IN ('draft', 'active', 'suspended', 'ended')),
    valid_from  date        NOT NULL,
    valid_until date,
    request_id  uuid,
    made_at     timestamptz NOT NULL,
    CONSTRAINT programme_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT programme_dates CHECK (valid_until IS NULL OR valid_until >= valid_from)
);
CREATE INDEX programme_of_owner ON financing.programme (tenant_id, owner_id);

CREATE TABLE financing.deal (
    tenant_id       uuid        NOT NULL REFERENCES platform.tenant,
    id              uuid        NOT NULL,
    product         text        NOT NULL CHECK (product <> ''),
    product_version integer     NOT NULL,
    programme_id    uuid,
    state           text        NOT NULL CHECK (state <> ''),
    over            boolean     NOT NULL,
    version         integer     NOT NULL CHECK (version >= 0),
    currency        text        NOT NULL CHECK (length(currency) = 3),
    calendar        text        NOT NULL,
    terms           text        NOT NULL,
    book            text        NOT NULL,
    document_id     uuid,
    lien_id         uuid,
    -- What lists, day end and reports read without the book: kept by the same statement.
    due_on          date,
    face_minor      bigint      NOT NULL,
    principal_minor bigint      NOT NULL,
    opened_at       timestamptz NOT NULL,
    changed_at      timestamptz NOT NULL,
    CONSTRAINT deal_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT deal_under FOREIGN KEY (tenant_id, programme_id) REFERENCES financing.programme (tenant_id, id)
);
CREATE INDEX deal_due ON financing.deal (tenant_id, due_on) WHERE NOT over;
CREATE INDEX deal_programme ON financing.deal (tenant_id, programme_id) WHERE NOT over;
CREATE INDEX deal_document ON financing.deal (tenant_id, document_id) WHERE document_id IS NOT NULL;

-- Who stands in which role of a deal; also what decides whether a member sees it.
CREATE TABLE financing.deal_party (
    tenant_id uuid NOT NULL,
    deal_id   uuid NOT NULL,
    role      text NOT NULL CHECK (role <> ''),
    party_id  uuid NOT NULL,
    CONSTRAINT deal_party_pkey PRIMARY KEY (tenant_id, deal_id, role),
    CONSTRAINT deal_party_of FOREIGN KEY (tenant_id, deal_id) REFERENCES financing.deal (tenant_id, id)
);
-- A party's deals in the order of their ids, as lists show them page by page.
CREATE INDEX deal_party_party ON financing.deal_party (tenant_id, party_id, deal_id, role);

-- Everything that happened to a deal: inputs, facts and outcome of each decision, so that anybody can decide it again and
-- compare the bytes. Append-only by privilege.
CREATE TABLE financing.deal_event (
    tenant_id  uuid        NOT NULL,
    deal_id    uuid        NOT NULL,
    version    integer     NOT NULL,
    command    text        NOT NULL,
    event      text        NOT NULL,
    state_from text        NOT NULL,
    state_to   text        NOT NULL,
    value_on   date        NOT NULL,
    at         timestamptz NOT NULL,
    actor      text        NOT NULL,
    inputs     text        NOT NULL,  -- canonical JSON: parameters and facts
    outcome    text        NOT NULL,  -- canonical JSON: amounts, movements, limits, notices
    book       text        NOT NULL,  -- canonical JSON after it
    terms      text        NOT NULL,
    receipt_id uuid,                  -- the bank's money that it shared out
    CONSTRAINT deal_event_pkey PRIMARY KEY (tenant_id, deal_id, version),
    CONSTRAINT deal_event_of FOREIGN KEY (tenant_id, deal_id) REFERENCES financing.deal (tenant_id, id)
);
CREATE UNIQUE INDEX deal_event_receipt ON financing.deal_event (tenant_id, receipt_id) WHERE receipt_id IS NOT NULL;
CREATE INDEX deal_event_day ON financing.deal_event (tenant_id, value_on);

-- A debtor's word that a claim is good: by two persons whom its own administrator appointed, bound to amount and due date.
CREATE TABLE financing.confirmation (
    tenant_id    uuid        NOT NULL REFERENCES platform.tenant,
    id           uuid        NOT NULL,
    fingerprint  bytea       NOT NULL CHECK (length(fingerprint) = 32),
    obligor_id   uuid        NOT NULL,
    number       text        NOT NULL,
    face_minor   bigint      NOT NULL CHECK (face_minor > 0),
    currency     text        NOT NULL CHECK (length(currency) = 3),
    due_on       date        NOT NULL,
    request_id   uuid        NOT NULL,
    confirmed_at timestamptz NOT NULL,
    CONSTRAINT confirmation_pkey PRIMARY KEY (tenant_id, id)
);
CREATE INDEX confirmation_of ON financing.confirmation (tenant_id, fingerprint, obligor_id);

ALTER TABLE financing.programme ENABLE ROW LEVEL SECURITY;
ALTER TABLE financing.programme FORCE ROW LEVEL SECURITY;
ALTER TABLE financing.deal ENABLE ROW LEVEL SECURITY;
ALTER TABLE financing.deal FORCE ROW LEVEL SECURITY;
ALTER TABLE financing.deal_party ENABLE ROW LEVEL SECURITY;
ALTER TABLE financing.deal_party FORCE ROW LEVEL SECURITY;
ALTER TABLE financing.deal_event ENABLE ROW LEVEL SECURITY;
ALTER TABLE financing.deal_event FORCE ROW LEVEL SECURITY;
ALTER TABLE financing.confirmation ENABLE ROW LEVEL SECURITY;
ALTER TABLE financing.confirmation FORCE ROW LEVEL SECURITY;

CREATE POLICY programme_house ON financing.programme FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY programme_read ON financing.programme FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY programme_own ON financing.programme FOR SELECT TO openscf_member
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
           AND owner_id = nullif(current_setting('app.member', true), '')::uuid);
CREATE POLICY deal_house ON financing.deal FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY deal_read ON financing.deal FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY deal_party_house ON financing.deal_party FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY deal_party_read ON financing.deal_party FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY deal_party_own ON financing.deal_party FOR SELECT TO openscf_member
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
           AND party_id = nullif(current_setting('app.member', true), '')::uuid);
-- A member sees the deals in which it stands; of a deal the columns below. Terms and book are shown by the doors, field by
-- field, since they hold what one side must not know of the other.
CREATE POLICY deal_own ON financing.deal FOR SELECT TO openscf_member
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
           AND EXISTS (SELECT FROM financing.deal_party p
                       WHERE p.tenant_id = deal.tenant_id AND p.deal_id = deal.id
                         AND p.party_id = nullif(current_setting('app.member', true), '')::uuid));
CREATE POLICY deal_event_house ON financing.deal_event FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY deal_event_read ON financing.deal_event FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY confirmation_house ON financing.confirmation FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY confirmation_read ON financing.confirmation FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY confirmation_own ON financing.confirmation FOR SELECT TO openscf_member
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
           AND obligor_id = nullif(current_setting('app.member', true), '')::uuid);

GRANT SELECT, INSERT ON financing.programme, financing.deal, financing.deal_party, financing.deal_event,
    financing.confirmation TO openscf_app;
GRANT UPDATE (name, terms, policy, state, valid_from, valid_until, request_id) ON financing.programme TO openscf_app;
GRANT UPDATE (state, over, version, terms, book, lien_id, due_on, face_minor, principal_minor, changed_at)
    ON financing.deal TO openscf_app;
GRANT UPDATE (party_id) ON financing.deal_party TO openscf_app;
GRANT SELECT ON financing.programme, financing.deal, financing.deal_party, financing.deal_event, financing.confirmation
    TO openscf_read;
GRANT SELECT ON financing.programme, financing.deal_party, financing.confirmation TO openscf_member;
GRANT SELECT (tenant_id, id, product, programme_id, state, over, version, currency, document_id, due_on, face_minor,
              opened_at, changed_at) ON financing.deal TO openscf_member;

-- How each open deal stands at the end of a day: written by day end, once a day, over what it said the day before. What
-- changes a category is an event of the audit log as well.
CREATE TABLE financing.standing (
    tenant_id       uuid     NOT NULL,
    deal_id         uuid     NOT NULL,
    as_of           date     NOT NULL,
    dpd             integer  NOT NULL CHECK (dpd >= 0),
    stage           smallint NOT NULL CHECK (stage BETWEEN 1 AND 3),
    category        smallint NOT NULL CHECK (category BETWEEN 1 AND 5),
    interest_minor  bigint   NOT NULL,
    penalty_minor   bigint   NOT NULL,
    provision_minor bigint   NOT NULL,
    grade           smallint CHECK (grade BETWEEN 1 AND 16),        -- of the debtor; none: nobody has rated it
    first_grade     smallint CHECK (first_grade BETWEEN 1 AND 16),  -- when it was first known in this deal's time
    CONSTRAINT standing_pkey PRIMARY KEY (tenant_id, deal_id),
    CONSTRAINT standing_of FOREIGN KEY (tenant_id, deal_id) REFERENCES financing.deal (tenant_id, id)
);

-- The same of pieces of vouchers that funders bought and hold. Pieces are told of in 30_voucher.sql.
CREATE TABLE financing.piece_standing (
    tenant_id       uuid     NOT NULL,
    piece_id        uuid     NOT NULL,
    as_of           date     NOT NULL,
    dpd             integer  NOT NULL CHECK (dpd >= 0),
    stage           smallint NOT NULL CHECK (stage BETWEEN 1 AND 3),
    category        smallint NOT NULL CHECK (category BETWEEN 1 AND 5),
    interest_minor  bigint   NOT NULL CHECK (interest_minor = 0),  -- its price was taken when it was bought
    penalty_minor   bigint   NOT NULL CHECK (penalty_minor = 0),
    provision_minor bigint   NOT NULL,
    grade           smallint CHECK (grade BETWEEN 1 AND 16),
    first_grade     smallint CHECK (first_grade BETWEEN 1 AND 16),
    CONSTRAINT piece_standing_pkey PRIMARY KEY (tenant_id, piece_id)
);

-- What the books carry of it for each funder since the last day was ended: written where it is posted.
CREATE TABLE financing.provided (
    tenant_id       uuid   NOT NULL REFERENCES platform.tenant,
    funder_id       uuid   NOT NULL,
    currency        text   NOT NULL CHECK (length(currency) = 3),
    as_of           date   NOT NULL,
    interest_minor  bigint NOT NULL,
    provision_minor bigint NOT NULL,
    CONSTRAINT provided_pkey PRIMARY KEY (tenant_id, funder_id, currency)
);

-- Days that have been ended, and what was done on each.
CREATE TABLE financing.day_end (
    tenant_id uuid        NOT NULL REFERENCES platform.tenant,
    day       date        NOT NULL,
    ended_at  timestamptz NOT NULL,
    report    text        NOT NULL,  -- canonical JSON
    CONSTRAINT day_end_pkey PRIMARY KEY (tenant_id, day)
);
ALTER TABLE financing.standing ENABLE ROW LEVEL SECURITY;
ALTER TABLE financing.standing FORCE ROW LEVEL SECURITY;
ALTER TABLE financing.day_end ENABLE ROW LEVEL SECURITY;
ALTER TABLE financing.day_end FORCE ROW LEVEL SECURITY;
ALTER TABLE financing.piece_standing ENABLE ROW LEVEL SECURITY;
ALTER TABLE financing.piece_standing FORCE ROW LEVEL SECURITY;
ALTER TABLE financing.provided ENABLE ROW LEVEL SECURITY;
ALTER TABLE financing.provided FORCE ROW LEVEL SECURITY;
CREATE POLICY piece_standing_house ON financing.piece_standing FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY piece_standing_read ON financing.piece_standing FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY provided_house ON financing.provided FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY provided_read ON financing.provided FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY standing_house ON financing.standing FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY standing_read ON financing.standing FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY day_end_house ON financing.day_end FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY day_end_read ON financing.day_end FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
GRANT SELECT, INSERT ON financing.standing, financing.piece_standing, financing.provided, financing.day_end TO openscf_app;
GRANT UPDATE (as_of, dpd, stage, category, interest_minor, penalty_minor, provision_minor, grade, first_grade)
    ON financing.standing TO openscf_app;
GRANT UPDATE (as_of, dpd, stage, category, interest_minor, penalty_minor, provision_minor, grade, first_grade)
    ON financing.piece_standing TO openscf_app;
GRANT UPDATE (as_of, interest_minor, provision_minor) ON financing.provided TO openscf_app;
GRANT UPDATE (ended_at, report) ON financing.day_end TO openscf_app;
GRANT SELECT ON financing.standing, financing.piece_standing, financing.provided, financing.day_end TO openscf_read;

-- A debtor says that it does not owe a claim, or not all of it. Nobody lends on it until the debtor has confirmed it again.
CREATE TABLE financing.dispute (
    tenant_id   uuid NOT NULL REFERENCES platform.tenant (id),
    id          uuid NOT NULL,
    fingerprint bytea NOT NULL CHECK (length(fingerprint) = 32),
    obligor_id  uuid NOT NULL,
    number      text NOT NULL,
    reason      text NOT NULL CHECK (reason <> ''),
    raised_by   text NOT NULL,
    raised_at   timestamptz NOT NULL,
    settled_at  timestamptz,
    CONSTRAINT dispute_pkey PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX dispute_open_once ON financing.dispute (tenant_id, fingerprint) WHERE settled_at IS NULL;
CREATE INDEX dispute_of_obligor ON financing.dispute (tenant_id, obligor_id) WHERE settled_at IS NULL;
ALTER TABLE financing.dispute ENABLE ROW LEVEL SECURITY;
ALTER TABLE financing.dispute FORCE ROW LEVEL SECURITY;
CREATE POLICY dispute_house ON financing.dispute FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY dispute_read ON financing.dispute FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY dispute_own ON financing.dispute FOR SELECT TO openscf_member
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
           AND obligor_id = nullif(current_setting('app.member', true), '')::uuid);
GRANT SELECT, INSERT ON financing.dispute TO openscf_app;
GRANT UPDATE (settled_at) ON financing.dispute TO openscf_app;
GRANT SELECT ON financing.dispute TO openscf_read, openscf_member;

-- Payables that an anchor approved: by two of its persons, in a batch. One identity, one payable: the key decides between
-- two batches that name the same invoice; it passes to another deal only when the first one was cancelled.
CREATE TABLE financing.payable (
    tenant_id    uuid        NOT NULL,
    fingerprint  bytea       NOT NULL CHECK (length(fingerprint) = 32),
    programme_id uuid        NOT NULL,
    deal_id      uuid        NOT NULL,
    request_id   uuid        NOT NULL,
    line         integer     NOT NULL CHECK (line > 0),
    approved_at  timestamptz NOT NULL,
    CONSTRAINT payable_pkey PRIMARY KEY (tenant_id, fingerprint),
    CONSTRAINT payable_programme FOREIGN KEY (tenant_id, programme_id) REFERENCES financing.programme (tenant_id, id),
    CONSTRAINT payable_deal FOREIGN KEY (tenant_id, deal_id) REFERENCES financing.deal (tenant_id, id)
);
CREATE INDEX payable_of_programme ON financing.payable (tenant_id, programme_id);

-- A supplier's standing order to sell what is approved, per programme; two of its persons approved the rule.
CREATE TABLE financing.auto_trade (
    tenant_id    uuid        NOT NULL,
    programme_id uuid        NOT NULL,
    client_id    uuid        NOT NULL,
    rule         text        NOT NULL,  -- canonical JSON
    set_at       timestamptz NOT NULL,
    CONSTRAINT auto_trade_pkey PRIMARY KEY (tenant_id, programme_id, client_id),
    CONSTRAINT auto_trade_under FOREIGN KEY (tenant_id, programme_id) REFERENCES financing.programme (tenant_id, id)
);

-- What was owed on a day is read from all deals of a programme, not only from the open ones.
CREATE INDEX deal_of_programme ON financing.deal (tenant_id, programme_id);

ALTER TABLE financing.payable ENABLE ROW LEVEL SECURITY;
ALTER TABLE financing.payable FORCE ROW LEVEL SECURITY;
ALTER TABLE financing.auto_trade ENABLE ROW LEVEL SECURITY;
ALTER TABLE financing.auto_trade FORCE ROW LEVEL SECURITY;
CREATE POLICY payable_house ON financing.payable FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY payable_read ON financing.payable FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY auto_trade_house ON financing.auto_trade FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY auto_trade_read ON financing.auto_trade FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY auto_trade_own ON financing.auto_trade FOR SELECT TO openscf_member
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
           AND client_id = nullif(current_setting('app.member', true), '')::uuid);
GRANT SELECT, INSERT ON financing.payable, financing.auto_trade TO openscf_app;
GRANT UPDATE (programme_id, deal_id, request_id, line, approved_at) ON financing.payable TO openscf_app;
GRANT UPDATE (rule, set_at) ON financing.auto_trade TO openscf_app;
GRANT SELECT ON financing.payable, financing.auto_trade TO openscf_read;
GRANT SELECT ON financing.auto_trade TO openscf_member;

-- Digital payables vouchers: a claim that splits and travels. What is left of each piece is a balance in the voucher's own
-- unit, and what is set aside for an offer is a hold on it; these tables say who holds what from whom, and what happened.
CREATE TABLE financing.voucher (
    tenant_id       uuid        NOT NULL REFERENCES platform.tenant,
    id              uuid        NOT NULL,
    product         text        NOT NULL CHECK (product <> ''),
    product_version integer     NOT NULL,
    programme_id    uuid        NOT NULL,
    state           text        NOT NULL CHECK (state <> ''),
    over            boolean     NOT NULL,
    version         integer     NOT NULL CHECK (version >= 0),
    currency        text        NOT NULL CHECK (length(currency) = 3),
    calendar        text        NOT NULL,
    issuer_id       uuid        NOT NULL,
    obligor_id      uuid        NOT NULL,  -- whoever accepts and pays
    payee_id        uuid        NOT NULL,
    grantor_id      uuid        NOT NULL,  -- whose voucher limit carries it
    terms           text        NOT NULL,  -- canonical JSON of the product's terms type
    book            text        NOT NULL,  -- canonical JSON
    face_minor      bigint      NOT NULL CHECK (face_minor > 0),
    paid_minor      bigint      NOT NULL CHECK (paid_minor BETWEEN 0 AND face_minor),
    due_on          date        NOT NULL,
    request_id      uuid,                  -- the four-eyes request that seals it
    issued_at       timestamptz NOT NULL,
    changed_at      timestamptz NOT NULL,
    CONSTRAINT voucher_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT voucher_under FOREIGN KEY (tenant_id, programme_id) REFERENCES financing.programme (tenant_id, id)
);
CREATE INDEX voucher_due ON financing.voucher (tenant_id, due_on) WHERE NOT over;
CREATE INDEX voucher_of_issuer ON financing.voucher (tenant_id, issuer_id);
CREATE INDEX voucher_of_obligor ON financing.voucher (tenant_id, obligor_id) WHERE NOT over;

CREATE TABLE financing.voucher_piece (
    tenant_id   uuid        NOT NULL,
    id          uuid        NOT NULL,
    voucher_id  uuid        NOT NULL,
    parent_id   uuid,                   -- the piece that it was cut from; none for the payee's
    holder_id   uuid        NOT NULL,
    giver_id    uuid        NOT NULL,
    way         text        NOT NULL CHECK (way IN ('issue', 'transfer', 'discount')),
    depth       integer     NOT NULL CHECK (depth >= 0),
    state       text        NOT NULL CHECK (state <> ''),
    over        boolean     NOT NULL,
    version     integer     NOT NULL CHECK (version >= 0),
    face_minor  bigint      NOT NULL CHECK (face_minor > 0),
    book        text        NOT NULL,   -- canonical JSON
    hold_id     uuid,                   -- while it is offered: what is set aside for it in the parent
    document_id uuid,                   -- the invoice that it pays
    lien_id     uuid,                   -- the mark on that invoice
    request_id  uuid,                   -- the four-eyes request of the giver
    made_at     timestamptz NOT NULL,
    changed_at  timestamptz NOT NULL,
    CONSTRAINT voucher_piece_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT voucher_piece_of FOREIGN KEY (tenant_id, voucher_id) REFERENCES financing.voucher (tenant_id, id),
    CONSTRAINT voucher_piece_from FOREIGN KEY (tenant_id, parent_id) REFERENCES financing.voucher_piece (tenant_id, id),
    CONSTRAINT voucher_piece_root CHECK ((parent_id IS NULL) = (way = 'issue')),
    CONSTRAINT voucher_piece_traded CHECK (way = 'discount' OR document_id IS NOT NULL)
);
CREATE INDEX voucher_piece_tree ON financing.voucher_piece (tenant_id, voucher_id, id);
CREATE UNIQUE INDEX voucher_piece_one_root ON financing.voucher_piece (tenant_id, voucher_id) WHERE parent_id IS NULL;
CREATE INDEX voucher_piece_held ON financing.voucher_piece (tenant_id, holder_id) WHERE NOT over;
CREATE INDEX voucher_piece_given ON financing.voucher_piece (tenant_id, giver_id) WHERE NOT over;

-- Everything that happened to a voucher or to one of its pieces: inputs and outcome of each decision. Append-only by
-- privilege.
CREATE TABLE financing.voucher_event (
    tenant_id  uuid        NOT NULL,
    subject_id uuid        NOT NULL,  -- the voucher, or the piece
    version    integer     NOT NULL,
    voucher_id uuid        NOT NULL,
    command    text        NOT NULL,
    event      text        NOT NULL,
    state_from text        NOT NULL,
    state_to   text        NOT NULL,
    value_on   date        NOT NULL,
    at         timestamptz NOT NULL,
    actor      text        NOT NULL,
    inputs     text        NOT NULL,
    outcome    text        NOT NULL,
    book       text        NOT NULL,
    CONSTRAINT voucher_event_pkey PRIMARY KEY (tenant_id, subject_id, version),
    CONSTRAINT voucher_event_of FOREIGN KEY (tenant_id, voucher_id) REFERENCES financing.voucher (tenant_id, id)
);
CREATE INDEX voucher_event_story ON financing.voucher_event (tenant_id, voucher_id, at);

ALTER TABLE financing.voucher ENABLE ROW LEVEL SECURITY;
ALTER TABLE financing.voucher FORCE ROW LEVEL SECURITY;
ALTER TABLE financing.voucher_piece ENABLE ROW LEVEL SECURITY;
ALTER TABLE financing.voucher_piece FORCE ROW LEVEL SECURITY;
ALTER TABLE financing.voucher_event ENABLE ROW LEVEL SECURITY;
ALTER TABLE financing.voucher_event FORCE ROW LEVEL SECURITY;
CREATE POLICY voucher_house ON financing.voucher FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY voucher_read ON financing.voucher FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY voucher_piece_house ON financing.voucher_piece FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY voucher_piece_read ON financing.voucher_piece FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY voucher_event_house ON financing.voucher_event FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY voucher_event_read ON financing.voucher_event FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
-- A member sees the pieces that it holds or gave, and the vouchers that they are of: never its neighbours' neighbours. Of
-- the voucher it sees who must pay and when, not how much was issued to whom.
CREATE POLICY voucher_piece_own ON financing.voucher_piece FOR SELECT TO openscf_member
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
           AND nullif(current_setting('app.member', true), '')::uuid IN (holder_id, giver_id));
CREATE POLICY voucher_own ON financing.voucher FOR SELECT TO openscf_member
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
           AND (nullif(current_setting('app.member', true), '')::uuid IN (issuer_id, obligor_id, payee_id, grantor_id)
                OR EXISTS (SELECT FROM financing.voucher_piece p
                           WHERE p.tenant_id = voucher.tenant_id AND p.voucher_id = voucher.id
                             AND nullif(current_setting('app.member', true), '')::uuid IN (p.holder_id, p.giver_id))));

GRANT SELECT, INSERT ON financing.voucher, financing.voucher_piece, financing.voucher_event TO openscf_app;
GRANT UPDATE (state, over, version, book, paid_minor, due_on, changed_at) ON financing.voucher TO openscf_app;
GRANT UPDATE (state, over, version, book, hold_id, lien_id, changed_at) ON financing.voucher_piece TO openscf_app;
GRANT SELECT ON financing.voucher, financing.voucher_piece, financing.voucher_event TO openscf_read;
GRANT SELECT ON financing.voucher_piece TO openscf_member;
GRANT SELECT (tenant_id, id, product, programme_id, state, over, version, currency, issuer_id, obligor_id, due_on, issued_at,
              changed_at) ON financing.voucher TO openscf_member;

-- How much of its own cash a buyer puts into a programme of early payment, and which suppliers may take part; two of its
-- persons approved the rule. Its row is locked while a supplier's day of payment is agreed to, so that two at once can't
-- both take the last room.
CREATE TABLE financing.early_pay_rule (
    tenant_id    uuid        NOT NULL,
    programme_id uuid        NOT NULL,
    rule         text        NOT NULL,  -- canonical JSON
    set_at       timestamptz NOT NULL,
    CONSTRAINT early_pay_rule_pkey PRIMARY KEY (tenant_id, programme_id),
    CONSTRAINT early_pay_rule_of FOREIGN KEY (tenant_id, programme_id) REFERENCES financing.programme (tenant_id, id)
);

ALTER TABLE financing.early_pay_rule ENABLE ROW LEVEL SECURITY;
ALTER TABLE financing.early_pay_rule FORCE ROW LEVEL SECURITY;
CREATE POLICY early_pay_rule_house ON financing.early_pay_rule FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY early_pay_rule_read ON financing.early_pay_rule FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
GRANT SELECT, INSERT ON financing.early_pay_rule TO openscf_app;
GRANT UPDATE (rule, set_at) ON financing.early_pay_rule TO openscf_app;
GRANT SELECT ON financing.early_pay_rule TO openscf_read;

-- The receivables in a pool, as the pool's last event saw them. They stand beside the deal's book: an event touches few of
-- thousands. Availability itself stands in the book, at the deal's version.
CREATE TABLE financing.pool_item (
    tenant_id      uuid    NOT NULL,
    deal_id        uuid    NOT NULL,
    document_id    uuid    NOT NULL,
    lien_id        uuid    NOT NULL,
    number         text    NOT NULL CHECK (number <> ''),
    debtor_id      uuid    NOT NULL,
    currency       text    NOT NULL CHECK (length(currency) = 3),
    face_minor     bigint  NOT NULL CHECK (face_minor > 0),
    credited_minor bigint  NOT NULL CHECK (credited_minor >= 0),
    settled_minor  bigint  NOT NULL CHECK (settled_minor >= 0),  -- paid under other deals before it entered
    paid_minor     bigint  NOT NULL CHECK (paid_minor >= 0),
    issued_on      date,
    due_on         date    NOT NULL,
    marks          text[]  NOT NULL,
    void           boolean NOT NULL,
    contested      boolean NOT NULL,
    related        boolean NOT NULL,
    encumbered     boolean NOT NULL,
    disputed       boolean NOT NULL,  -- by its debtor's own word, found in financing.dispute
    entered_on     date    NOT NULL,
    left_version   integer,  -- the event with which it left; none while it is in the pool
    CONSTRAINT pool_item_pkey PRIMARY KEY (tenant_id, deal_id, document_id),
    CONSTRAINT pool_item_of FOREIGN KEY (tenant_id, deal_id) REFERENCES financing.deal (tenant_id, id),
    CONSTRAINT pool_item_paid CHECK (settled_minor + paid_minor <= face_minor)
);
-- One pool at a time, beside what the register of liens says.
CREATE UNIQUE INDEX pool_item_once ON financing.pool_item (tenant_id, document_id) WHERE left_version IS NULL;
CREATE INDEX pool_item_of_debtor ON financing.pool_item (tenant_id, debtor_id);

-- Every look of an item that a decision has known: what was found before it (stage 0) and what it made of it (stage 1), so
-- that each decision can be made again. Append-only by privilege.
CREATE TABLE financing.pool_item_state (
    tenant_id   uuid     NOT NULL,
    deal_id     uuid     NOT NULL,
    document_id uuid     NOT NULL,
    version     integer  NOT NULL,
    stage       smallint NOT NULL CHECK (stage IN (0, 1)),
    item        text     NOT NULL,  -- canonical JSON
    CONSTRAINT pool_item_state_pkey PRIMARY KEY (tenant_id, deal_id, document_id, version, stage),
    CONSTRAINT pool_item_state_of FOREIGN KEY (tenant_id, deal_id) REFERENCES financing.deal (tenant_id, id)
);

ALTER TABLE financing.pool_item ENABLE ROW LEVEL SECURITY;
ALTER TABLE financing.pool_item FORCE ROW LEVEL SECURITY;
ALTER TABLE financing.pool_item_state ENABLE ROW LEVEL SECURITY;
ALTER TABLE financing.pool_item_state FORCE ROW LEVEL SECURITY;
CREATE POLICY pool_item_house ON financing.pool_item FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY pool_item_read ON financing.pool_item FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
-- Seller and funder see the items of their pools; a debtor is no party of the pool.
CREATE POLICY pool_item_own ON financing.pool_item FOR SELECT TO openscf_member
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
           AND EXISTS (SELECT FROM financing.deal_party p
                       WHERE p.tenant_id = pool_item.tenant_id AND p.deal_id = pool_item.deal_id
                         AND p.party_id = nullif(current_setting('app.member', true), '')::uuid));
CREATE POLICY pool_item_state_house ON financing.pool_item_state FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY pool_item_state_read ON financing.pool_item_state FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
GRANT SELECT, INSERT ON financing.pool_item, financing.pool_item_state TO openscf_app;
GRANT UPDATE (lien_id, face_minor, settled_minor, credited_minor, paid_minor, issued_on, due_on, marks, void, contested, related,
              encumbered, disputed, entered_on, left_version) ON financing.pool_item TO openscf_app;
GRANT SELECT ON financing.pool_item, financing.pool_item_state TO openscf_read;
GRANT SELECT ON financing.pool_item TO openscf_member;

-- The last number of each kind of document in a year: the next one comes with the transaction that issues it, so numbers
-- have no gap.
CREATE TABLE financing.document_number (
    tenant_id uuid    NOT NULL REFERENCES platform.tenant,
    kind      text    NOT NULL CHECK (kind <> ''),
    year      integer NOT NULL,
    last      bigint  NOT NULL CHECK (last >= 0),
    CONSTRAINT document_number_pkey PRIMARY KEY (tenant_id, kind, year)
);

-- Documents as they were issued. The PDF lies among the originals under `file_sha256`; `record` is all that it says.
-- Append-only by privilege.
CREATE TABLE financing.issued_document (
    tenant_id        uuid        NOT NULL REFERENCES platform.tenant,
    number           text        NOT NULL CHECK (number <> ''),
    kind             text        NOT NULL CHECK (kind <> ''),
    subject          text        NOT NULL CHECK (subject <> ''),  -- the deal or account, prefixed id
    recipients       uuid[]      NOT NULL,  -- parties that may have it
    record           text        NOT NULL,  -- canonical JSON
    content_sha256   bytea       NOT NULL CHECK (length(content_sha256) = 32),
    substance_sha256 bytea       NOT NULL CHECK (length(substance_sha256) = 32),
    file_sha256      bytea       NOT NULL CHECK (length(file_sha256) = 32),
    issued_on        date        NOT NULL,
    issued_at        timestamptz NOT NULL,
    actor            text        NOT NULL,
    CONSTRAINT issued_document_pkey PRIMARY KEY (tenant_id, number),
    -- What says the same as one that was issued before is that one.
    CONSTRAINT issued_document_once UNIQUE (tenant_id, substance_sha256)
);
CREATE INDEX issued_document_subject ON financing.issued_document (tenant_id, subject);

ALTER TABLE financing.document_number ENABLE ROW LEVEL SECURITY;
ALTER TABLE financing.document_number FORCE ROW LEVEL SECURITY;
ALTER TABLE financing.issued_document ENABLE ROW LEVEL SECURITY;
ALTER TABLE financing.issued_document FORCE ROW LEVEL SECURITY;

CREATE POLICY document_number_house ON financing.document_number FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY document_number_read ON financing.document_number FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY issued_document_house ON financing.issued_document FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY issued_document_read ON financing.issued_document FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY issued_document_own ON financing.issued_document FOR SELECT TO openscf_member
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
           AND nullif(current_setting('app.member', true), '')::uuid = ANY (recipients));

GRANT SELECT, INSERT ON financing.document_number, financing.issued_document TO openscf_app;
GRANT UPDATE (last) ON financing.document_number TO openscf_app;
GRANT SELECT ON financing.document_number, financing.issued_document TO openscf_read;
GRANT SELECT ON financing.issued_document TO openscf_member;

-- What other capabilities may read of the deals; asks with the rights of its reader, for the house only.
--
-- A promise to pay that a deal, a voucher or a pool laid on a firm. The obligor promised to pay the claim on the day that held when the money went
-- out: a later extension moves no promise. The client stands in where recourse was taken, or pays back by itself. What the client
-- paid back in time, the obligor never owed to the funder. Whoever accepted a voucher promised its face to whoever holds it. The
-- client of a pool promised what it drew, by the last day of the facility or the day on which all was called; what it owes in
-- between comes and goes with its receivables, and is no promise. A debtor in a pool promised nothing to the pool: its row says
-- what it owes and what it paid, and it counts as a promise where the debtor has confirmed the claim.
CREATE VIEW financing.instalment WITH (security_invoker = true) AS
    WITH funded AS (
        SELECT e.tenant_id, e.deal_id, e.value_on AS funded_on, (e.book::jsonb ->> 'due_on')::date AS due_on,
               replace(e.book::jsonb #>> '{face,amount}', '.', '')::bigint AS face_minor,
               replace(e.book::jsonb #>> '{loan,principal,amount}', '.', '')::bigint AS principal_minor
        FROM financing.deal_event e WHERE e.event = 'fund' AND e.book::jsonb ->> 'due_on' IS NOT NULL),
    settled AS (
        SELECT e.tenant_id, e.deal_id, e.value_on AS paid_on, e.event = 'repay_all' AS by_client
        FROM financing.deal_event e WHERE e.state_to = 'settled' AND e.state_from <> 'settled'),
    asked AS (
        SELECT e.tenant_id, e.deal_id, min(e.value_on) AS asked_on
        FROM financing.deal_event e
        WHERE e.state_to IN ('recoursed', 'rejected') AND e.state_from <> e.state_to GROUP BY e.tenant_id, e.deal_id)
    SELECT f.tenant_id, f.deal_id, NULL::uuid AS voucher_id, p.role, p.party_id, d.document_id, f.due_on,
           CASE WHEN NOT s.by_client THEN s.paid_on END AS paid_on, coalesce(f.face_minor, f.principal_minor) AS due_minor
    FROM funded f
    JOIN financing.deal d ON d.tenant_id = f.tenant_id AND d.id = f.deal_id
    JOIN financing.deal_party p ON p.tenant_id = f.tenant_id AND p.deal_id = f.deal_id AND p.role = 'obligor'
    LEFT JOIN settled s ON s.tenant_id = f.tenant_id AND s.deal_id = f.deal_id
    WHERE NOT coalesce(s.by_client AND s.paid_on <= f.due_on, false)
    UNION ALL
    SELECT f.tenant_id, f.deal_id, NULL, p.role, p.party_id, NULL, coalesce(a.asked_on, f.due_on), s.paid_on,
           coalesce(f.principal_minor, f.face_minor)
    FROM funded f
    JOIN financing.deal_party p ON p.tenant_id = f.tenant_id AND p.deal_id = f.deal_id AND p.role = 'client'
    LEFT JOIN settled s ON s.tenant_id = f.tenant_id AND s.deal_id = f.deal_id
    LEFT JOIN asked a ON a.tenant_id = f.tenant_id AND a.deal_id = f.deal_id
    WHERE a.asked_on IS NOT NULL OR s.by_client
    UNION ALL
    SELECT v.tenant_id, NULL, v.id, 'obligor', v.obligor_id, p.document_id, v.due_on, s.paid_on, v.face_minor
    FROM financing.voucher v
    JOIN financing.voucher_event a ON a.tenant_id = v.tenant_id AND a.subject_id = v.id AND a.state_to = 'live'
        AND a.state_from = 'offered'
    JOIN financing.voucher_piece p ON p.tenant_id = v.tenant_id AND p.voucher_id = v.id AND p.parent_id IS NULL
    LEFT JOIN (SELECT e.tenant_id, e.subject_id, e.value_on AS paid_on FROM financing.voucher_event e
               WHERE e.state_to = 'settled' AND e.state_from <> 'settled') s
        ON s.tenant_id = v.tenant_id AND s.subject_id = v.id
    UNION ALL
    SELECT d.tenant_id, d.id, NULL, 'client', p.party_id, NULL, least(o.due_on, c.called_on),
           CASE WHEN b.state_to <> 'written_off' THEN b.value_on END, o.most_minor
    FROM financing.deal d
    JOIN (SELECT e.tenant_id, e.deal_id, max(e.version) AS last,
                 max(replace(e.book::jsonb #>> '{loan,principal,amount}', '.', '')::bigint) AS most_minor,
                 min((e.book::jsonb ->> 'due_on')::date) AS due_on
          FROM financing.deal_event e
          WHERE (e.book::jsonb #>> '{loan,principal,amount}')::numeric > 0
          GROUP BY e.tenant_id, e.deal_id) o ON o.tenant_id = d.tenant_id AND o.deal_id = d.id
    JOIN financing.deal_party p ON p.tenant_id = d.tenant_id AND p.deal_id = d.id AND p.role = 'client'
    LEFT JOIN (SELECT e.tenant_id, e.deal_id, min(e.value_on) AS called_on FROM financing.deal_event e
               WHERE e.state_to = 'called' AND e.state_from <> 'called' GROUP BY e.tenant_id, e.deal_id) c
        ON c.tenant_id = d.tenant_id AND c.deal_id = d.id
    LEFT JOIN financing.deal_event b ON b.tenant_id = d.tenant_id AND b.deal_id = d.id AND b.version = o.last + 1
    WHERE d.product = 'receivables_pool'
    UNION ALL
    SELECT i.tenant_id, i.deal_id, NULL, 'debtor', i.debtor_id, i.document_id, i.due_on, e.value_on,
           i.face_minor - i.settled_minor - i.credited_minor
    FROM financing.pool_item i
    LEFT JOIN financing.deal_event e ON e.tenant_id = i.tenant_id AND e.deal_id = i.deal_id AND e.version = i.left_version
    WHERE i.face_minor > i.settled_minor + i.credited_minor
      AND (i.left_version IS NULL OR i.settled_minor + i.credited_minor + i.paid_minor >= i.face_minor);

-- Claims that their debtors confirmed by two persons, under the identity of the document.
CREATE VIEW financing.confirmed_claim WITH (security_invoker = true) AS
    SELECT c.tenant_id, c.fingerprint, c.obligor_id, c.due_on, (c.confirmed_at AT TIME ZONE 'Asia/Shanghai')::date AS confirmed_on
    FROM financing.confirmation c;
GRANT SELECT ON financing.instalment, financing.confirmed_claim TO openscf_app, openscf_read;
