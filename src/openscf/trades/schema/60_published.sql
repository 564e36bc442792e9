-- What other capabilities may read of the documents: views that ask with the rights of their reader. A member's sight ends
-- where its policies end, here as everywhere; where it may not see the file, the source is unknown to it.
CREATE VIEW trades.counted_document WITH (security_invoker = true) AS
    SELECT d.tenant_id, d.id, d.kind, d.number, d.code, d.seller_key, d.buyer_key, d.signer_key, d.issued_on, d.due_on,
           d.delivered_on, d.currency, d.net_minor, d.tax_minor, d.gross_minor, d.status, d.flags, d.recorded_at,
           f.sender AS source
    FROM trades.document d LEFT JOIN trades.file f ON f.tenant_id = d.tenant_id AND f.id = d.file_id
    WHERE d.current;

-- Where else the identity of a counted document was met: the same words again (`copy`), other words (`version`), or those
-- other words again (`copy_of_version`). For the house only.
CREATE VIEW trades.met_again WITH (security_invoker = true) AS
    SELECT s.tenant_id, c.id AS document_id, v.id AS version_id, f.sender AS source,
           CASE WHEN v.current THEN 'copy' ELSE 'copy_of_version' END AS what
    FROM trades.sighting s
    JOIN trades.document v ON v.tenant_id = s.tenant_id AND v.id = s.document_id
    JOIN trades.document c ON c.tenant_id = v.tenant_id AND c.fingerprint = v.fingerprint AND c.current
    JOIN trades.file f ON f.tenant_id = s.tenant_id AND f.id = s.file_id
    UNION ALL
    SELECT v.tenant_id, c.id, v.id, f.sender, 'version'
    FROM trades.document v
    JOIN trades.document c ON c.tenant_id = v.tenant_id AND c.fingerprint = v.fingerprint AND c.current
    JOIN trades.file f ON f.tenant_id = v.tenant_id AND f.id = v.file_id
    WHERE NOT v.current;

-- How the counted documents name their parties: a key, and what stands beside it on paper.
CREATE VIEW trades.named_party WITH (security_invoker = true) AS
    SELECT d.tenant_id, d.id AS document_id, d.seller_key AS key, d.body -> 'seller' AS said
    FROM trades.document d WHERE d.current AND d.seller_key IS NOT NULL
    UNION ALL
    SELECT d.tenant_id, d.id, d.buyer_key, d.body -> 'buyer'
    FROM trades.document d WHERE d.current AND d.buyer_key IS NOT NULL;

CREATE VIEW trades.linked_key WITH (security_invoker = true) AS
    SELECT tenant_id, key, party_id FROM trades.party_link;

CREATE VIEW trades.booked_line WITH (security_invoker = true) AS
    SELECT l.tenant_id, l.id, l.account_key, l.counterparty_key, l.booked_on, l.value_on, l.currency, l.amount_minor,
           l.status, l.reference, l.flags, f.sender AS source, s.recorded_at
    FROM trades.statement_line l
    JOIN trades.statement s ON s.tenant_id = l.tenant_id AND s.id = l.statement_id
    LEFT JOIN trades.file f ON f.tenant_id = s.tenant_id AND f.id = s.file_id;

CREATE VIEW trades.delivery WITH (security_invoker = true) AS
    SELECT tenant_id, id, sender AS source, sender_id, adapter, received_at, row_count, accepted, rejected, new, seen,
           versions
    FROM trades.file;

GRANT SELECT ON trades.counted_document, trades.named_party, trades.linked_key, trades.booked_line, trades.delivery
    TO openscf_app, openscf_read, openscf_member;
GRANT SELECT ON trades.met_again TO openscf_app, openscf_read;
