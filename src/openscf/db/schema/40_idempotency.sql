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
