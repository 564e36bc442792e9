"""The SQL of the ledger's checks: each query returns the rows that break an invariant, and none when all is well."""

MOST_BREACHES = 100  # of one kind in one report: the first ones tell the story

_SIDES = """
    side AS (
        SELECT debit_id AS account_id, debit_version AS version, debit_after_minor AS after_minor, id AS transfer_id, at,
               CASE WHEN kind IN (1, 3, 6) THEN -amount_minor ELSE 0 END AS moved
          FROM ledger.transfer WHERE tenant_id = %(tenant)s
        UNION ALL
        SELECT credit_id, credit_version, credit_after_minor, id, at,
               CASE WHEN kind IN (1, 3, 6) THEN amount_minor ELSE 0 END
          FROM ledger.transfer WHERE tenant_id = %(tenant)s)"""

MIXED_UNITS = """
    SELECT t.id AS transfer_id, d.unit AS debit_unit, c.unit AS credit_unit
      FROM ledger.transfer t
      LEFT JOIN ledger.account d ON d.tenant_id = t.tenant_id AND d.id = t.debit_id
      LEFT JOIN ledger.account c ON c.tenant_id = t.tenant_id AND c.id = t.credit_id
     WHERE t.tenant_id = %(tenant)s AND (d.unit = c.unit) IS NOT TRUE ORDER BY t.id LIMIT %(most)s"""

TRIAL_BALANCE_OFF = """
    SELECT unit, sum(posted_minor) AS posted_minor FROM ledger.account WHERE tenant_id = %(tenant)s
     GROUP BY unit HAVING sum(posted_minor) <> 0 ORDER BY unit LIMIT %(most)s"""

BALANCE_OFF = f"""
    WITH {_SIDES}, summed AS (
        SELECT account_id, sum(moved) AS posted, count(*) AS version FROM side GROUP BY account_id)
    SELECT coalesce(a.id, s.account_id) AS account_id, a.posted_minor, coalesce(s.posted, 0) AS entries_minor,
           a.version, coalesce(s.version, 0) AS transfers
      FROM (SELECT * FROM ledger.account WHERE tenant_id = %(tenant)s) a FULL JOIN summed s ON s.account_id = a.id
     WHERE (a.posted_minor = coalesce(s.posted, 0) AND a.version = coalesce(s.version, 0)) IS NOT TRUE
     ORDER BY 1 LIMIT %(most)s"""

HISTORY_BROKEN = f"""
    WITH {_SIDES}, ordered AS (
        SELECT *, lag(version, 1, 0::bigint) OVER w AS before, lag(after_minor, 1, 0::bigint) OVER w AS before_minor,
               lag(at) OVER w AS before_at
          FROM side WINDOW w AS (PARTITION BY account_id ORDER BY version))
    SELECT transfer_id, account_id::text AS account, version, before, after_minor, before_minor + moved AS expected_minor
      FROM ordered WHERE version <> before + 1 OR after_minor <> before_minor + moved OR at < before_at
     ORDER BY account_id, version LIMIT %(most)s"""

HELD_OFF = """
    WITH open AS (SELECT * FROM ledger.hold WHERE tenant_id = %(tenant)s AND state = 1),
         leaving AS (SELECT debit_id AS id, sum(amount_minor) AS held FROM open GROUP BY debit_id),
         coming AS (SELECT credit_id AS id, sum(amount_minor) AS held FROM open GROUP BY credit_id)
    SELECT a.id AS account_id, a.held_out_minor, coalesce(o.held, 0) AS holds_out_minor,
           a.held_in_minor, coalesce(i.held, 0) AS holds_in_minor
      FROM ledger.account a LEFT JOIN leaving o ON o.id = a.id LEFT JOIN coming i ON i.id = a.id
     WHERE a.tenant_id = %(tenant)s
       AND (a.held_out_minor <> coalesce(o.held, 0) OR a.held_in_minor <> coalesce(i.held, 0))
     ORDER BY a.id LIMIT %(most)s"""

OUT_OF_BOUNDS = """
    SELECT id AS account_id, posted_minor, held_out_minor, held_in_minor, floor_minor, ceiling_minor
      FROM ledger.account WHERE tenant_id = %(tenant)s
       AND (posted_minor - held_out_minor < floor_minor OR posted_minor + held_in_minor > ceiling_minor)
     ORDER BY id LIMIT %(most)s"""

DIGEST_OFF = """
    WITH found AS (
        SELECT audit_id, '{"digest":"' || encode(sha256(string_agg(ledger.transfer_bytes(id, debit_id, credit_id, ref_id,
                   subject_id, amount_minor, debit_after_minor, credit_after_minor, debit_version, credit_version, kind,
                   value_on, expires_at, reason), '' ORDER BY id)), 'hex') || '","transfers":' || count(*) || '}' AS payload
          FROM ledger.transfer WHERE tenant_id = %(tenant)s GROUP BY audit_id),
    told AS (SELECT id, payload FROM platform.audited WHERE tenant_id = %(tenant)s AND action = 'ledger.post')
    SELECT coalesce(f.audit_id, t.id) AS audit_id, f.payload AS found, t.payload AS audited
      FROM found f FULL JOIN told t ON t.id = f.audit_id
     WHERE f.payload IS DISTINCT FROM t.payload ORDER BY 1 LIMIT %(most)s"""

HOLD_ENDS_OFF = """
    WITH ends AS (
        SELECT ref_id, count(*) AS ends, min(kind) - 1 AS state, sum(CASE WHEN kind = 3 THEN amount_minor ELSE 0 END) AS posted
          FROM ledger.transfer WHERE tenant_id = %(tenant)s AND kind IN (3, 4, 5) GROUP BY ref_id),
    made AS (SELECT id, amount_minor FROM ledger.transfer WHERE tenant_id = %(tenant)s AND kind = 2)
    SELECT coalesce(h.id, m.id, e.ref_id) AS transfer_id, h.state, coalesce(e.state, 1) AS state_by_transfers,
           coalesce(e.ends, 0) AS ends, h.amount_minor, h.posted_minor
      FROM (SELECT * FROM ledger.hold WHERE tenant_id = %(tenant)s) h
      FULL JOIN made m ON m.id = h.id FULL JOIN ends e ON e.ref_id = coalesce(h.id, m.id)
     WHERE (h.amount_minor = m.amount_minor AND coalesce(e.ends, 0) = (h.state <> 1)::int AND h.state = coalesce(e.state, 1)
            AND h.posted_minor = coalesce(e.posted, 0) AND h.posted_minor <= h.amount_minor) IS NOT TRUE
     ORDER BY 1 LIMIT %(most)s"""

REVERSED_TWICE = """
    SELECT r.ref_id AS transfer_id, count(*) AS reversals, min(o.kind) AS kind
      FROM ledger.transfer r LEFT JOIN ledger.transfer o ON o.tenant_id = r.tenant_id AND o.id = r.ref_id
     WHERE r.tenant_id = %(tenant)s AND r.kind = 6
     GROUP BY r.ref_id
    HAVING count(*) > 1 OR NOT bool_and(o.kind IN (1, 3) AND o.amount_minor = r.amount_minor
                                        AND o.debit_id = r.credit_id AND o.credit_id = r.debit_id)
     ORDER BY 1 LIMIT %(most)s"""

POSTED_INTO_CLOSED_DAY = """
    WITH closings AS (
        SELECT at, (payload::jsonb ->> 'through')::date AS through
          FROM platform.audited WHERE tenant_id = %(tenant)s AND action = 'ledger.close_day')
    SELECT t.id AS transfer_id, t.value_on, min(c.at) AS closed_at, t.at
      FROM ledger.transfer t JOIN closings c ON t.value_on <= c.through AND t.at > c.at
     WHERE t.tenant_id = %(tenant)s AND t.kind IN (1, 3, 6)
     GROUP BY t.id, t.value_on, t.at ORDER BY t.id LIMIT %(most)s"""
