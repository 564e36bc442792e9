-- What other capabilities may read of the deals; asks with the rights of its reader, for the house only.
--
-- A promise to pay that a deal laid on a firm. The obligor promised to pay the claim on the day that held when the money went
-- out: a later extension moves no promise. The client stands in where recourse was taken, or pays back by itself. What the client
-- paid back in time, the obligor never owed to the funder.
CREATE VIEW financing.instalment WITH (security_invoker = true) AS
    WITH funded AS (
        SELECT e.tenant_id, e.deal_id, e.value_on AS funded_on, (e.book::jsonb ->> 'due_on')::date AS due_on,
               replace(e.book::jsonb #>> '{face,amount}', '.', '')::bigint AS face_minor,
               replace(e.book::jsonb #>> '{loan,principal,amount}', '.', '')::bigint AS principal_minor
        FROM financing.deal_event e WHERE e.event = 'fund' AND e.book::jsonb ->> 'due_on' IS NOT NULL),
    settled AS (
        SELECT e.tenant_id, e.deal_id, e.value_on AS paid_on, e.event = 'repay_all' AS by_client
        FROM financing.deal_event e WHERE e.state_to = 'settled' AND e.state_from <> 'settled'),
    asked AS (
        SELECT e.tenant_id, e.deal_id, min(e.value_on) AS asked_on
        FROM financing.deal_event e
        WHERE e.state_to IN ('recoursed', 'rejected') AND e.state_from <> e.state_to GROUP BY e.tenant_id, e.deal_id)
    SELECT f.tenant_id, f.deal_id, p.role, p.party_id, d.document_id, f.due_on,
           CASE WHEN NOT s.by_client THEN s.paid_on END AS paid_on, coalesce(f.face_minor, f.principal_minor) AS due_minor
    FROM funded f
    JOIN financing.deal d ON d.tenant_id = f.tenant_id AND d.id = f.deal_id
    JOIN financing.deal_party p ON p.tenant_id = f.tenant_id AND p.deal_id = f.deal_id AND p.role = 'obligor'
    LEFT JOIN settled s ON s.tenant_id = f.tenant_id AND s.deal_id = f.deal_id
    WHERE NOT coalesce(s.by_client AND s.paid_on <= f.due_on, false)
    UNION ALL
    SELECT f.tenant_id, f.deal_id, p.role, p.party_id, NULL, coalesce(a.asked_on, f.due_on), s.paid_on,
           coalesce(f.principal_minor, f.face_minor)
    FROM funded f
    JOIN financing.deal_party p ON p.tenant_id = f.tenant_id AND p.deal_id = f.deal_id AND p.role = 'client'
    LEFT JOIN settled s ON s.tenant_id = f.tenant_id AND s.deal_id = f.deal_id
    LEFT JOIN asked a ON a.tenant_id = f.tenant_id AND a.deal_id = f.deal_id
    WHERE a.asked_on IS NOT NULL OR s.by_client;

-- Claims that their debtors confirmed by two persons, under the identity of the document.
CREATE VIEW financing.confirmed_claim WITH (security_invoker = true) AS
    SELECT c.tenant_id, c.fingerprint, c.obligor_id, c.due_on, (c.confirmed_at AT TIME ZONE 'Asia/Shanghai')::date AS confirmed_on
    FROM financing.confirmation c;
GRANT SELECT ON financing.instalment, financing.confirmed_claim TO openscf_app, openscf_read;
