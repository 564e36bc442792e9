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
