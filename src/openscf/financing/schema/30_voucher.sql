-- Digital payables vouchers: a claim that splits and travels. What is left of each piece is a balance in the voucher's own
-- unit, and what is set aside for an offer is a hold on it; these tables say who holds what from whom, and what happened.
CREATE TABLE financing.voucher (
    tenant_id       uuid        NOT NULL REFERENCES platform.tenant,
    id              uuid        NOT NULL,
    product         text        NOT NULL CHECK (product <> ''),
    product_version integer     NOT NULL,
    programme_id    uuid        NOT NULL,
    state           text        NOT NULL CHECK (state <> ''),
    over            boolean     NOT NULL,
    version         integer     NOT NULL CHECK (version >= 0),
    currency        text        NOT NULL CHECK (length(currency) = 3),
    calendar        text        NOT NULL,
    issuer_id       uuid        NOT NULL,
    obligor_id      uuid        NOT NULL,  -- whoever accepts and pays
    payee_id        uuid        NOT NULL,
    grantor_id      uuid        NOT NULL,  -- whose voucher limit carries it
    terms           text        NOT NULL,  -- canonical JSON of the product's terms type
    book            text        NOT NULL,  -- canonical JSON
    face_minor      bigint      NOT NULL CHECK (face_minor > 0),
    paid_minor      bigint      NOT NULL CHECK (paid_minor BETWEEN 0 AND face_minor),
    due_on          date        NOT NULL,
    request_id      uuid,                  -- the four-eyes request that seals it
    issued_at       timestamptz NOT NULL,
    changed_at      timestamptz NOT NULL,
    CONSTRAINT voucher_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT voucher_under FOREIGN KEY (tenant_id, programme_id) REFERENCES financing.programme (tenant_id, id)
);
CREATE INDEX voucher_due ON financing.voucher (tenant_id, due_on) WHERE NOT over;
CREATE INDEX voucher_of_issuer ON financing.voucher (tenant_id, issuer_id);
CREATE INDEX voucher_of_obligor ON financing.voucher (tenant_id, obligor_id) WHERE NOT over;

CREATE TABLE financing.voucher_piece (
    tenant_id   uuid        NOT NULL,
    id          uuid        NOT NULL,
    voucher_id  uuid        NOT NULL,
    parent_id   uuid,                   -- the piece that it was cut from; none for the payee's
    holder_id   uuid        NOT NULL,
    giver_id    uuid        NOT NULL,
    way         text        NOT NULL CHECK (way IN ('issue', 'transfer', 'discount')),
    depth       integer     NOT NULL CHECK (depth >= 0),
    state       text        NOT NULL CHECK (state <> ''),
    over        boolean     NOT NULL,
    version     integer     NOT NULL CHECK (version >= 0),
    face_minor  bigint      NOT NULL CHECK (face_minor > 0),
    book        text        NOT NULL,   -- canonical JSON
    hold_id     uuid,                   -- while it is offered: what is set aside for it in the parent
    document_id uuid,                   -- the invoice that it pays
    lien_id     uuid,                   -- the mark on that invoice
    request_id  uuid,                   -- the four-eyes request of the giver
    made_at     timestamptz NOT NULL,
    changed_at  timestamptz NOT NULL,
    CONSTRAINT voucher_piece_pkey PRIMARY KEY (tenant_id, id),
    CONSTRAINT voucher_piece_of FOREIGN KEY (tenant_id, voucher_id) REFERENCES financing.voucher (tenant_id, id),
    CONSTRAINT voucher_piece_from FOREIGN KEY (tenant_id, parent_id) REFERENCES financing.voucher_piece (tenant_id, id),
    CONSTRAINT voucher_piece_root CHECK ((parent_id IS NULL) = (way = 'issue')),
    CONSTRAINT voucher_piece_traded CHECK (way = 'discount' OR document_id IS NOT NULL)
);
CREATE INDEX voucher_piece_tree ON financing.voucher_piece (tenant_id, voucher_id, id);
CREATE UNIQUE INDEX voucher_piece_one_root ON financing.voucher_piece (tenant_id, voucher_id) WHERE parent_id IS NULL;
CREATE INDEX voucher_piece_held ON financing.voucher_piece (tenant_id, holder_id) WHERE NOT over;
CREATE INDEX voucher_piece_given ON financing.voucher_piece (tenant_id, giver_id) WHERE NOT over;

-- Everything that happened to a voucher or to one of its pieces: inputs and outcome of each decision. Append-only by
-- privilege.
CREATE TABLE financing.voucher_event (
    tenant_id  uuid        NOT NULL,
    subject_id uuid        NOT NULL,  -- the voucher, or the piece
    version    integer     NOT NULL,
    voucher_id uuid        NOT NULL,
    command    text        NOT NULL,
    event      text        NOT NULL,
    state_from text        NOT NULL,
    state_to   text        NOT NULL,
    value_on   date        NOT NULL,
    at         timestamptz NOT NULL,
    actor      text        NOT NULL,
    inputs     text        NOT NULL,
    outcome    text        NOT NULL,
    book       text        NOT NULL,
    CONSTRAINT voucher_event_pkey PRIMARY KEY (tenant_id, subject_id, version),
    CONSTRAINT voucher_event_of FOREIGN KEY (tenant_id, voucher_id) REFERENCES financing.voucher (tenant_id, id)
);
CREATE INDEX voucher_event_story ON financing.voucher_event (tenant_id, voucher_id, at);

ALTER TABLE financing.voucher ENABLE ROW LEVEL SECURITY;
ALTER TABLE financing.voucher FORCE ROW LEVEL SECURITY;
ALTER TABLE financing.voucher_piece ENABLE ROW LEVEL SECURITY;
ALTER TABLE financing.voucher_piece FORCE ROW LEVEL SECURITY;
ALTER TABLE financing.voucher_event ENABLE ROW LEVEL SECURITY;
ALTER TABLE financing.voucher_event FORCE ROW LEVEL SECURITY;
CREATE POLICY voucher_house ON financing.voucher FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY voucher_read ON financing.voucher FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY voucher_piece_house ON financing.voucher_piece FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY voucher_piece_read ON financing.voucher_piece FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY voucher_event_house ON financing.voucher_event FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY voucher_event_read ON financing.voucher_event FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
-- A member sees the pieces that it holds or gave, and the vouchers that they are of: never its neighbours' neighbours. Of
-- the voucher it sees who must pay and when, not how much was issued to whom.
CREATE POLICY voucher_piece_own ON financing.voucher_piece FOR SELECT TO openscf_member
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
           AND nullif(current_setting('app.member', true), '')::uuid IN (holder_id, giver_id));
CREATE POLICY voucher_own ON financing.voucher FOR SELECT TO openscf_member
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
           AND (nullif(current_setting('app.member', true), '')::uuid IN (issuer_id, obligor_id, payee_id, grantor_id)
                OR EXISTS (SELECT FROM financing.voucher_piece p
                           WHERE p.tenant_id = voucher.tenant_id AND p.voucher_id = voucher.id
                             AND nullif(current_setting('app.member', true), '')::uuid IN (p.holder_id, p.giver_id))));

GRANT SELECT, INSERT ON financing.voucher, financing.voucher_piece, financing.voucher_event TO openscf_app;
GRANT UPDATE (state, over, version, book, paid_minor, due_on, changed_at) ON financing.voucher TO openscf_app;
GRANT UPDATE (state, over, version, book, hold_id, lien_id, changed_at) ON financing.voucher_piece TO openscf_app;
GRANT SELECT ON financing.voucher, financing.voucher_piece, financing.voucher_event TO openscf_read;
GRANT SELECT ON financing.voucher_piece TO openscf_member;
GRANT SELECT (tenant_id, id, product, programme_id, state, over, version, currency, issuer_id, obligor_id, due_on, issued_at,
              changed_at) ON financing.voucher TO openscf_member;
