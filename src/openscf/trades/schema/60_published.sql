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
    SELECT l.tenant_id, l.id, encode(l.account_key, 'hex') AS account_key, l.counterparty_key, l.booked_on, l.value_on, l.currency, l.amount_minor,
           l.status, l.reference, l.flags, f.sender AS source, s.recorded_at
    FROM trades.statement_line l
    JOIN trades.statement s ON s.tenant_id = l.tenant_id AND s.id = l.statement_id
    LEFT JOIN trades.file f ON f.tenant_id = s.tenant_id AND f.id = s.file_id;

CREATE VIEW trades.delivery WITH (security_invoker = true) AS
    SELECT tenant_id, id, sender AS source, sender_id, adapter, received_at, row_count, accepted, rejected, new, seen,
           versions
    FROM trades.file;

-- What is owed on the counted invoices, who told of them, and under which identity others know them. `document_id` is the
-- version that speaks; a deal or a confirmation may name another one of the same identity. For the house only, as all below.
CREATE VIEW trades.claim WITH (security_invoker = true) AS
    SELECT d.tenant_id, d.id AS document_id, d.fingerprint, d.seller_key, d.buyer_key, d.issued_on, d.due_on, d.currency,
           d.gross_minor AS amount_minor, d.sender_id
    FROM trades.document d WHERE d.current AND d.kind = 'invoice' AND d.status = 'valid' AND d.gross_minor > 0;
CREATE VIEW trades.document_identity WITH (security_invoker = true) AS
    SELECT d.tenant_id, d.id, d.fingerprint FROM trades.document d;

-- What of an invoice is known to be gone, and who says so: money on an account whose statement somebody delivered (`paid`),
-- or a red letter in force (`credited`). What deals told has no line, and is counted where the deals are.
CREATE VIEW trades.claim_paid WITH (security_invoker = true) AS
    SELECT s.tenant_id, s.fingerprint, 'paid' AS what, s.amount_minor, coalesce(l.booked_on, l.value_on) AS on_day,
           p.sender_id, f.sender AS source
    FROM trades.share s
    JOIN trades.reconciliation r ON r.tenant_id = s.tenant_id AND r.payment_id = s.payment_id AND r.version = s.version
        AND r.current
    JOIN trades.payment p ON p.tenant_id = s.tenant_id AND p.id = s.payment_id
    JOIN trades.statement_line l ON l.tenant_id = p.tenant_id AND l.id = p.line_id
    JOIN trades.statement t ON t.tenant_id = l.tenant_id AND t.id = l.statement_id
    JOIN trades.file f ON f.tenant_id = t.tenant_id AND f.id = t.file_id
    UNION ALL
    SELECT d.tenant_id, d.fingerprint, 'credited', abs(coalesce(r.amount_minor, d.gross_minor)), e.issued_on, e.sender_id,
           f.sender
    FROM trades.reversal r
    JOIN trades.document e ON e.tenant_id = r.tenant_id AND e.id = r.document_id AND e.current AND e.status = 'valid'
    JOIN trades.document d ON d.tenant_id = r.tenant_id AND d.number_key = r.number_key AND d.kind = r.kind
        AND d.seller_key IS NOT DISTINCT FROM r.seller_key AND d.current
    JOIN trades.file f ON f.tenant_id = e.tenant_id AND f.id = e.file_id;

-- Who else told of an invoice in the very words that speak.
CREATE VIEW trades.claim_copy WITH (security_invoker = true) AS
    SELECT DISTINCT d.tenant_id, d.fingerprint, f.sender_id, f.sender AS source
    FROM trades.sighting s
    JOIN trades.document d ON d.tenant_id = s.tenant_id AND d.id = s.document_id AND d.current
    JOIN trades.file f ON f.tenant_id = s.tenant_id AND f.id = s.file_id
    JOIN trades.file o ON o.tenant_id = d.tenant_id AND o.id = d.file_id AND o.sender <> f.sender
    WHERE d.kind IN ('invoice', 'credit_note');

-- Who tells that the goods of an invoice came: receipts that hang together with it by an order, where the match found that
-- goods are proven.
CREATE VIEW trades.claim_received WITH (security_invoker = true) AS
    SELECT c.tenant_id, c.fingerprint, f.sender_id, f.sender AS source, min(coalesce(g.delivered_on, g.issued_on)) AS on_day
    FROM trades.closure c
    JOIN trades.link i ON i.tenant_id = c.tenant_id AND i.fingerprint = c.fingerprint AND i.link LIKE 'order:%'
    JOIN trades.link r ON r.tenant_id = i.tenant_id AND r.link = i.link AND r.fingerprint <> i.fingerprint
    JOIN trades.document g ON g.tenant_id = r.tenant_id AND g.fingerprint = r.fingerprint AND g.current
        AND g.status = 'valid' AND g.kind = 'receipt_advice'
    JOIN trades.file f ON f.tenant_id = g.tenant_id AND f.id = g.file_id
    WHERE c.current AND c.goods_ppm > 0
    GROUP BY c.tenant_id, c.fingerprint, f.sender_id, f.sender;

GRANT SELECT ON trades.counted_document, trades.named_party, trades.linked_key, trades.booked_line, trades.delivery
    TO openscf_app, openscf_read, openscf_member;
GRANT SELECT ON trades.met_again TO openscf_app, openscf_read;
GRANT SELECT ON trades.claim, trades.document_identity, trades.claim_paid, trades.claim_copy, trades.claim_received
    TO openscf_app, openscf_read;
