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
