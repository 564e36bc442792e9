-- How much of its own cash a buyer puts into a programme of early payment, and which suppliers may take part; two of its
-- persons approved the rule. Its row is locked while a supplier's day of payment is agreed to, so that two at once can't
-- both take the last room.
CREATE TABLE financing.early_pay_rule (
    tenant_id    uuid        NOT NULL,
    programme_id uuid        NOT NULL,
    rule         text        NOT NULL,  -- canonical JSON
    set_at       timestamptz NOT NULL,
    CONSTRAINT early_pay_rule_pkey PRIMARY KEY (tenant_id, programme_id),
    CONSTRAINT early_pay_rule_of FOREIGN KEY (tenant_id, programme_id) REFERENCES financing.programme (tenant_id, id)
);

ALTER TABLE financing.early_pay_rule ENABLE ROW LEVEL SECURITY;
ALTER TABLE financing.early_pay_rule FORCE ROW LEVEL SECURITY;
CREATE POLICY early_pay_rule_house ON financing.early_pay_rule FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY early_pay_rule_read ON financing.early_pay_rule FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
GRANT SELECT, INSERT ON financing.early_pay_rule TO openscf_app;
GRANT UPDATE (rule, set_at) ON financing.early_pay_rule TO openscf_app;
GRANT SELECT ON financing.early_pay_rule TO openscf_read;
