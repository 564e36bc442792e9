-- How each open deal stands at the end of a day: written by day end, once a day, over what it said the day before. What
-- changes a category is an event of the audit log as well.
CREATE TABLE financing.standing (
    tenant_id       uuid     NOT NULL,
    deal_id         uuid     NOT NULL,
    as_of           date     NOT NULL,
    dpd             integer  NOT NULL CHECK (dpd >= 0),
    stage           smallint NOT NULL CHECK (stage BETWEEN 1 AND 3),
    category        smallint NOT NULL CHECK (category BETWEEN 1 AND 5),
    interest_minor  bigint   NOT NULL,
    penalty_minor   bigint   NOT NULL,
    provision_minor bigint   NOT NULL,
    grade           smallint CHECK (grade BETWEEN 1 AND 16),        -- of the debtor; none: nobody has rated it
    first_grade     smallint CHECK (first_grade BETWEEN 1 AND 16),  -- when it was first known in this deal's time
    CONSTRAINT standing_pkey PRIMARY KEY (tenant_id, deal_id),
    CONSTRAINT standing_of FOREIGN KEY (tenant_id, deal_id) REFERENCES financing.deal (tenant_id, id)
);

-- The same of pieces of vouchers that funders bought and hold. Pieces are told of in 30_voucher.sql.
CREATE TABLE financing.piece_standing (
    tenant_id       uuid     NOT NULL,
    piece_id        uuid     NOT NULL,
    as_of           date     NOT NULL,
    dpd             integer  NOT NULL CHECK (dpd >= 0),
    stage           smallint NOT NULL CHECK (stage BETWEEN 1 AND 3),
    category        smallint NOT NULL CHECK (category BETWEEN 1 AND 5),
    interest_minor  bigint   NOT NULL CHECK (interest_minor = 0),  -- its price was taken when it was bought
    penalty_minor   bigint   NOT NULL CHECK (penalty_minor = 0),
    provision_minor bigint   NOT NULL,
    grade           smallint CHECK (grade BETWEEN 1 AND 16),
    first_grade     smallint CHECK (first_grade BETWEEN 1 AND 16),
    CONSTRAINT piece_standing_pkey PRIMARY KEY (tenant_id, piece_id)
);

-- What the books carry of it for each funder since the last day was ended: written where it is posted.
CREATE TABLE financing.provided (
    tenant_id       uuid   NOT NULL REFERENCES platform.tenant,
    funder_id       uuid   NOT NULL,
    currency        text   NOT NULL CHECK (length(currency) = 3),
    as_of           date   NOT NULL,
    interest_minor  bigint NOT NULL,
    provision_minor bigint NOT NULL,
    CONSTRAINT provided_pkey PRIMARY KEY (tenant_id, funder_id, currency)
);

-- Days that have been ended, and what was done on each.
CREATE TABLE financing.day_end (
    tenant_id uuid        NOT NULL REFERENCES platform.tenant,
    day       date        NOT NULL,
    ended_at  timestamptz NOT NULL,
    report    text        NOT NULL,  -- canonical JSON
    CONSTRAINT day_end_pkey PRIMARY KEY (tenant_id, day)
);
ALTER TABLE financing.standing ENABLE ROW LEVEL SECURITY;
ALTER TABLE financing.standing FORCE ROW LEVEL SECURITY;
ALTER TABLE financing.day_end ENABLE ROW LEVEL SECURITY;
ALTER TABLE financing.day_end FORCE ROW LEVEL SECURITY;
ALTER TABLE financing.piece_standing ENABLE ROW LEVEL SECURITY;
ALTER TABLE financing.piece_standing FORCE ROW LEVEL SECURITY;
ALTER TABLE financing.provided ENABLE ROW LEVEL SECURITY;
ALTER TABLE financing.provided FORCE ROW LEVEL SECURITY;
CREATE POLICY piece_standing_house ON financing.piece_standing FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY piece_standing_read ON financing.piece_standing FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY provided_house ON financing.provided FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY provided_read ON financing.provided FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY standing_house ON financing.standing FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY standing_read ON financing.standing FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY day_end_house ON financing.day_end FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY day_end_read ON financing.day_end FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
GRANT SELECT, INSERT ON financing.standing, financing.piece_standing, financing.provided, financing.day_end TO openscf_app;
GRANT UPDATE (as_of, dpd, stage, category, interest_minor, penalty_minor, provision_minor, grade, first_grade)
    ON financing.standing TO openscf_app;
GRANT UPDATE (as_of, dpd, stage, category, interest_minor, penalty_minor, provision_minor, grade, first_grade)
    ON financing.piece_standing TO openscf_app;
GRANT UPDATE (as_of, interest_minor, provision_minor) ON financing.provided TO openscf_app;
GRANT UPDATE (ended_at, report) ON financing.day_end TO openscf_app;
GRANT SELECT ON financing.standing, financing.piece_standing, financing.provided, financing.day_end TO openscf_read;
