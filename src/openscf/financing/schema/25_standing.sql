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
CREATE POLICY standing_house ON financing.standing FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY standing_read ON financing.standing FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY day_end_house ON financing.day_end FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY day_end_read ON financing.day_end FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
GRANT SELECT, INSERT ON financing.standing, financing.day_end TO openscf_app;
GRANT UPDATE (as_of, dpd, stage, category, interest_minor, penalty_minor, provision_minor, grade, first_grade)
    ON financing.standing TO openscf_app;
GRANT UPDATE (ended_at, report) ON financing.day_end TO openscf_app;
GRANT SELECT ON financing.standing, financing.day_end TO openscf_read;
