-- Messages for the outside, written by the transaction that they tell of; the relay delivers them afterwards.
CREATE TABLE platform.outbox (
    ordinal   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id uuid NOT NULL,
    id        uuid NOT NULL,
    at        timestamptz NOT NULL,
    topic     text NOT NULL,
    aggregate text NOT NULL,
    payload   text NOT NULL
);
ALTER TABLE platform.outbox ENABLE ROW LEVEL SECURITY;
ALTER TABLE platform.outbox FORCE ROW LEVEL SECURITY;
CREATE POLICY outbox_written ON platform.outbox FOR INSERT TO openscf_app
    WITH CHECK (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
GRANT INSERT ON platform.outbox TO openscf_app;
