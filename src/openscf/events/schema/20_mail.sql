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
