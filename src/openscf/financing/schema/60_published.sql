-- What other capabilities may read of the deals; asks with the rights of its reader, for the house only.
--
-- A promise to pay that a deal, a voucher or a pool laid on a firm. The obligor promised to pay the claim on the day that held when the money went
-- out: a later extension moves no promise. The client stands in where recourse was taken, or pays back by itself. What the client
-- paid back in time, the obligor never owed to the funder. Whoever accepted a voucher promised its face to whoever holds it. The
-- client of a pool promised what it drew, by the last day of the facility or the day on which all was called; what it owes in
-- between comes and goes with its receivables, and is no promise. A debtor in a pool promised nothing to the pool: its row says
-- what it owes and what it paid, and it counts as a promise where the debtor has confirmed the claim.
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
    SELECT f.tenant_id, f.deal_id, NULL::uuid AS voucher_id, p.role, p.party_id, d.document_id, f.due_on,
           CASE WHEN NOT s.by_client THEN s.paid_on END AS paid_on, coalesce(f.face_minor, f.principal_minor) AS due_minor
    FROM funded f
    JOIN financing.deal d ON d.tenant_id = f.tenant_id AND d.id = f.deal_id
    JOIN financing.deal_party p ON p.tenant_id = f.tenant_id AND p.deal_id = f.deal_id AND p.role = 'obligor'
    LEFT JOIN settled s ON s.tenant_id = f.tenant_id AND s.deal_id = f.deal_id
    WHERE NOT coalesce(s.by_client AND s.paid_on <= f.due_on, false)
    UNION ALL
    SELECT f.tenant_id, f.deal_id, NULL, p.role, p.party_id, NULL, coalesce(a.asked_on, f.due_on), s.paid_on,
           coalesce(f.principal_minor, f.face_minor)
    FROM funded f
    JOIN financing.deal_party p ON p.tenant_id = f.tenant_id AND p.deal_id = f.deal_id AND p.role = 'client'
    LEFT JOIN settled s ON s.tenant_id = f.tenant_id AND s.deal_id = f.deal_id
    LEFT JOIN asked a ON a.tenant_id = f.tenant_id AND a.deal_id = f.deal_id
    WHERE a.asked_on IS NOT NULL OR s.by_client
    UNION ALL
    SELECT v.tenant_id, NULL, v.id, 'obligor', v.obligor_id, p.document_id, v.due_on, s.paid_on, v.face_minor
    FROM financing.voucher v
    JOIN financing.voucher_event a ON a.tenant_id = v.tenant_id AND a.subject_id = v.id AND a.state_to = 'live'
        AND a.state_from = 'offered'
    JOIN financing.voucher_piece p ON p.tenant_id = v.tenant_id AND p.voucher_id = v.id AND p.parent_id IS NULL
    LEFT JOIN (SELECT e.tenant_id, e.subject_id, e.value_on AS paid_on FROM financing.voucher_event e
               WHERE e.state_to = 'settled' AND e.state_from <> 'settled') s
        ON s.tenant_id = v.tenant_id AND s.subject_id = v.id
    UNION ALL
    SELECT d.tenant_id, d.id, NULL, 'client', p.party_id, NULL, least(o.due_on, c.called_on),
           CASE WHEN b.state_to <> 'written_off' THEN b.value_on END, o.most_minor
    FROM financing.deal d
    JOIN (SELECT e.tenant_id, e.deal_id, max(e.version) AS last,
                 max(replace(e.book::jsonb #>> '{loan,principal,amount}', '.', '')::bigint) AS most_minor,
                 min((e.book::jsonb ->> 'due_on')::date) AS due_on
          FROM financing.deal_event e
          WHERE (e.book::jsonb #>> '{loan,principal,amount}')::numeric > 0
          GROUP BY e.tenant_id, e.deal_id) o ON o.tenant_id = d.tenant_id AND o.deal_id = d.id
    JOIN financing.deal_party p ON p.tenant_id = d.tenant_id AND p.deal_id = d.id AND p.role = 'client'
    LEFT JOIN (SELECT e.tenant_id, e.deal_id, min(e.value_on) AS called_on FROM financing.deal_event e
               WHERE e.state_to = 'called' AND e.state_from <> 'called' GROUP BY e.tenant_id, e.deal_id) c
        ON c.tenant_id = d.tenant_id AND c.deal_id = d.id
    LEFT JOIN financing.deal_event b ON b.tenant_id = d.tenant_id AND b.deal_id = d.id AND b.version = o.last + 1
    WHERE d.product = 'receivables_pool'
    UNION ALL
    SELECT i.tenant_id, i.deal_id, NULL, 'debtor', i.debtor_id, i.document_id, i.due_on, e.value_on,
           i.face_minor - i.settled_minor - i.credited_minor
    FROM financing.pool_item i
    LEFT JOIN financing.deal_event e ON e.tenant_id = i.tenant_id AND e.deal_id = i.deal_id AND e.version = i.left_version
    WHERE i.face_minor > i.settled_minor + i.credited_minor
      AND (i.left_version IS NULL OR i.settled_minor + i.credited_minor + i.paid_minor >= i.face_minor);

-- Claims that their debtors confirmed by two persons, under the identity of the document.
CREATE VIEW financing.confirmed_claim WITH (security_invoker = true) AS
    SELECT c.tenant_id, c.fingerprint, c.obligor_id, c.due_on, (c.confirmed_at AT TIME ZONE 'Asia/Shanghai')::date AS confirmed_on
    FROM financing.confirmation c;
GRANT SELECT ON financing.instalment, financing.confirmed_claim TO openscf_app, openscf_read;
