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
