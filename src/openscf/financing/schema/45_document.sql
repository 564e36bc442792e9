-- The last number of each kind of document in a year: the next one comes with the transaction that issues it, so numbers
-- have no gap.
CREATE TABLE financing.document_number (
    tenant_id uuid    NOT NULL REFERENCES platform.tenant,
    kind      text    NOT NULL CHECK (kind <> ''),
    year      integer NOT NULL,
    last      bigint  NOT NULL CHECK (last >= 0),
    CONSTRAINT document_number_pkey PRIMARY KEY (tenant_id, kind, year)
);

-- Documents as they were issued. The PDF lies among the originals under `file_sha256`; `record` is all that it says.
-- Append-only by privilege.
CREATE TABLE financing.issued_document (
    tenant_id        uuid        NOT NULL REFERENCES platform.tenant,
    number           text        NOT NULL CHECK (number <> ''),
    kind             text        NOT NULL CHECK (kind <> ''),
    subject          text        NOT NULL CHECK (subject <> ''),  -- the deal or account, prefixed id
    recipients       uuid[]      NOT NULL,  -- parties that may have it
    record           text        NOT NULL,  -- canonical JSON
    content_sha256   bytea       NOT NULL CHECK (length(content_sha256) = 32),
    substance_sha256 bytea       NOT NULL CHECK (length(substance_sha256) = 32),
    file_sha256      bytea       NOT NULL CHECK (length(file_sha256) = 32),
    issued_on        date        NOT NULL,
    issued_at        timestamptz NOT NULL,
    actor            text        NOT NULL,
    CONSTRAINT issued_document_pkey PRIMARY KEY (tenant_id, number),
    -- What says the same as one that was issued before is that one.
    CONSTRAINT issued_document_once UNIQUE (tenant_id, substance_sha256)
);
CREATE INDEX issued_document_subject ON financing.issued_document (tenant_id, subject);

ALTER TABLE financing.document_number ENABLE ROW LEVEL SECURITY;
ALTER TABLE financing.document_number FORCE ROW LEVEL SECURITY;
ALTER TABLE financing.issued_document ENABLE ROW LEVEL SECURITY;
ALTER TABLE financing.issued_document FORCE ROW LEVEL SECURITY;

CREATE POLICY document_number_house ON financing.document_number FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY document_number_read ON financing.document_number FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY issued_document_house ON financing.issued_document FOR ALL TO openscf_app
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY issued_document_read ON financing.issued_document FOR SELECT TO openscf_read
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid);
CREATE POLICY issued_document_own ON financing.issued_document FOR SELECT TO openscf_member
    USING (tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
           AND nullif(current_setting('app.member', true), '')::uuid = ANY (recipients));

GRANT SELECT, INSERT ON financing.document_number, financing.issued_document TO openscf_app;
GRANT UPDATE (last) ON financing.document_number TO openscf_app;
GRANT SELECT ON financing.document_number, financing.issued_document TO openscf_read;
GRANT SELECT ON financing.issued_document TO openscf_member;
