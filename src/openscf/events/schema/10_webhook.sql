-- Where enterprises want to be told what happens to what is theirs, and each message on its way there.
CREATE SCHEMA events;
GRANT USAGE ON SCHEMA events TO openscf_app, openscf_read;

CREATE TABLE events.webhook (
    tenant_id     uuid        NOT NULL REFERENCES platform.tenant (id),
    id            uuid        NOT NULL,
    party_id      uuid        NOT NULL,
    url           text        NOT NULL CHECK (url LIKE 'https://%' AND length(url) <= 2000),
    topics        text[]      NOT NULL,  -- beginnings of topics; empty: all
    secret        bytea       NOT NULL,  -- sealed
    old_secret    bytea,                 -- sealed; signs besides until old_until
    old_until     timestamptz,
    state         text        NOT NULL CHECK (state IN ('active', 'disabled', 'deleted')),
    failing_since timestamptz,           -- of the first failure after the last success
    made_by       text        NOT NULL,
    made_at       timestamptz NOT NULL,
    moved_at      timestamptz NOT NULL,
    CONSTRAINT webhook_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT webhook_party_fkey FOREIGN KEY (tenant_id, party_id) REFERENCES parties.enterprise (tenant_id, id)
);
CREATE INDEX webhook_party ON events.webhook (tenant_id, party_id) WHERE state <> 'deleted';

-- One message for one webhook; the same message never twice.
CREATE TABLE events.delivery (
    tenant_id   uuid        NOT NULL REFERENCES platform.tenant (id),
    id          uuid        NOT NULL,
    webhook_id  uuid        NOT NULL,
    event_id    uuid        NOT NULL,
    topic       text        NOT NULL,
    body        text        NOT NULL,  -- canonical JSON, exactly as it is signed and sent
    state       text        NOT NULL CHECK (state IN ('waiting', 'delivered', 'failed')),
    attempts    integer     NOT NULL DEFAULT 0,
    due_at      timestamptz,
    status      integer,               -- of the last answer
    note        text        NOT NULL DEFAULT '',
    made_at     timestamptz NOT NULL,
    answered_at timestamptz,
    CONSTRAINT delivery_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT delivery_once UNIQUE (tenant_id, webhook_id, event_id),
    CONSTRAINT delivery_webhook_fkey FOREIGN KEY (tenant_id, webhook_id) REFERENCES events.webhook (tenant_id, id)
);
CREATE INDEX delivery_due ON events.delivery (tenant_id, due_at) WHERE state = 'waiting';

ALTER TABLE events.webhook ENABLE ROW LEVEL SECURITY;
ALTER TABLE events.webhook FORCE ROW LEVEL SECURITY;
ALTER TABLE events.delivery ENABLE ROW LEVEL SECURITY;
ALTER TABLE events.delivery FORCE ROW LEVEL SECURITY;
CREATE POLICY webhook_house ON events.webhook FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY delivery_house ON events.delivery FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY delivery_read ON events.delivery FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
GRANT SELECT, INSERT ON events.webhook, events.delivery TO openscf_app;
GRANT UPDATE (secret, old_secret, old_until, state, failing_since, moved_at) ON events.webhook TO openscf_app;
GRANT UPDATE (state, attempts, due_at, status, note, answered_at) ON events.delivery TO openscf_app;
GRANT SELECT ON events.delivery TO openscf_read;
