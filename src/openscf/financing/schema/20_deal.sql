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
