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
