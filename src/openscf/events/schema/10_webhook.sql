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
