-- What hangs together: the links of documents and goods events (see rules/links.py), by which whatever arrives is matched
-- again with all that it may touch.
CREATE TABLE trades.link (
    tenant_id   uuid NOT NULL REFERENCES platform.tenant (id),
    link        text NOT NULL,
    fingerprint bytea NOT NULL CHECK (length(fingerprint) = 32),
    CONSTRAINT link_pkey PRIMARY KEY (tenant_id, link, fingerprint)
);
CREATE INDEX link_of ON trades.link (tenant_id, fingerprint);

-- Who vouches for a goods event: each enterprise that delivered it. What its seller alone delivered proves nothing.
CREATE TABLE trades.goods_signature (
    tenant_id   uuid NOT NULL,
    fingerprint bytea NOT NULL,
    sender_id   uuid NOT NULL,
    signer      jsonb NOT NULL,  -- the enterprise's names and codes
    CONSTRAINT goods_signature_pkey PRIMARY KEY (tenant_id, fingerprint, sender_id),
    CONSTRAINT goods_signature_of FOREIGN KEY (tenant_id, fingerprint) REFERENCES trades.goods_event (tenant_id, fingerprint)
);

-- Which item of orders a class of goods is, where the two are written differently.
CREATE TABLE trades.goods_class (
    tenant_id uuid NOT NULL REFERENCES platform.tenant (id),
    class     text NOT NULL CHECK (class <> ''),
    item      text NOT NULL CHECK (item <> ''),
    named_at  timestamptz NOT NULL,
    CONSTRAINT goods_class_pkey PRIMARY KEY (tenant_id, class)
);

-- What the contract of a seller and a buyer lets pass, from a day on. Of several for one day the last one counts.
CREATE TABLE trades.tolerance (
    tenant_id    uuid NOT NULL REFERENCES platform.tenant (id),
    seller_key   text NOT NULL CHECK (seller_key <> ''),
    buyer_key    text NOT NULL CHECK (buyer_key <> ''),
    from_on      date NOT NULL,
    version      integer NOT NULL CHECK (version > 0),
    quantity_bp  integer NOT NULL CHECK (quantity_bp >= 0),
    price_bp     integer NOT NULL CHECK (price_bp >= 0),
    days         integer NOT NULL CHECK (days >= 0),
    amount_minor bigint NOT NULL CHECK (amount_minor >= 0),
    request_id   uuid,  -- the four-eyes request, where it loosened
    set_by       text NOT NULL,
    set_at       timestamptz NOT NULL,
    CONSTRAINT tolerance_pkey PRIMARY KEY (tenant_id, seller_key, buyer_key, from_on, version)
);

-- How far an invoice's trade is closed. Each change is another version; the result is canonical JSON, equal to the byte
-- whenever the same documents, payments and tolerances are matched again. An invoice that nothing hangs together with has
-- no row: its closure is what the rule says of it alone.
CREATE TABLE trades.closure (
    tenant_id   uuid NOT NULL,
    fingerprint bytea NOT NULL CHECK (length(fingerprint) = 32),
    version     integer NOT NULL CHECK (version > 0),
    current     boolean NOT NULL,
    order_ppm   integer NOT NULL CHECK (order_ppm BETWEEN 0 AND 1000000),    -- rounded down: 1000000 is closed, exactly
    goods_ppm   integer NOT NULL CHECK (goods_ppm BETWEEN 0 AND 1000000),
    invoice_ppm integer NOT NULL CHECK (invoice_ppm BETWEEN 0 AND 1000000),
    money_ppm   integer NOT NULL CHECK (money_ppm BETWEEN 0 AND 1000000),
    backed      boolean NOT NULL,
    result      text NOT NULL,
    matched_at  timestamptz NOT NULL,
    CONSTRAINT closure_pkey PRIMARY KEY (tenant_id, fingerprint, version)
);
CREATE UNIQUE INDEX closure_current ON trades.closure (tenant_id, fingerprint) WHERE current;

ALTER TABLE trades.link ENABLE ROW LEVEL SECURITY;
ALTER TABLE trades.link FORCE ROW LEVEL SECURITY;
ALTER TABLE trades.goods_signature ENABLE ROW LEVEL SECURITY;
ALTER TABLE trades.goods_signature FORCE ROW LEVEL SECURITY;
ALTER TABLE trades.goods_class ENABLE ROW LEVEL SECURITY;
ALTER TABLE trades.goods_class FORCE ROW LEVEL SECURITY;
ALTER TABLE trades.tolerance ENABLE ROW LEVEL SECURITY;
ALTER TABLE trades.tolerance FORCE ROW LEVEL SECURITY;
ALTER TABLE trades.closure ENABLE ROW LEVEL SECURITY;
ALTER TABLE trades.closure FORCE ROW LEVEL SECURITY;
CREATE POLICY link_house ON trades.link FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY link_read ON trades.link FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY goods_signature_house ON trades.goods_signature FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY goods_signature_read ON trades.goods_signature FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY goods_class_house ON trades.goods_class FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY goods_class_read ON trades.goods_class FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY tolerance_house ON trades.tolerance FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY tolerance_read ON trades.tolerance FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY closure_house ON trades.closure FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY closure_read ON trades.closure FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
-- A member sees the closure of each invoice that it sees.
CREATE POLICY closure_own ON trades.closure FOR SELECT TO openscf_member
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
           AND EXISTS (SELECT FROM trades.document d WHERE d.tenant_id = closure.tenant_id
                       AND d.fingerprint = closure.fingerprint));
GRANT SELECT, INSERT ON trades.link, trades.goods_signature, trades.goods_class, trades.tolerance, trades.closure
    TO openscf_app;
GRANT UPDATE (current) ON trades.closure TO openscf_app;
GRANT UPDATE (item, named_at) ON trades.goods_class TO openscf_app;
GRANT SELECT ON trades.link, trades.goods_signature, trades.goods_class, trades.tolerance, trades.closure TO openscf_read;
GRANT SELECT ON trades.closure TO openscf_member;
