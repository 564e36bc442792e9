-- Gives visible messages their positions, in the order of their ordinals, and tells how many got one.
-- The head is locked first and the messages are read by a later statement (READ COMMITTED), so two relays can't number
-- the same message; a relay that finds the head locked leaves the work to the other.
-- The statistics of a queue are always those of another hour, so the planner is told what it can't know: that the partial
-- indexes, which hold what is open and nothing else, beat every scan of the whole table.
CREATE OR REPLACE FUNCTION platform.number_outbox(most integer) RETURNS integer
LANGUAGE plpgsql VOLATILE SET enable_seqscan = off AS $$
DECLARE
    head    bigint;
    counted integer;
BEGIN
    -- Without this look, every idle round of every relay would lock, and so write and flush, a row.
    IF NOT EXISTS (SELECT 1 FROM platform.outbox WHERE position IS NULL) THEN
        RETURN 0;
    END IF;
    SELECT h.position INTO head FROM platform.outbox_head h FOR UPDATE SKIP LOCKED;
    IF NOT FOUND THEN
        RETURN 0;
    END IF;
    UPDATE platform.outbox o SET position = head + fresh.n
      FROM (SELECT f.ordinal, row_number() OVER (ORDER BY f.ordinal) AS n
              FROM (SELECT ordinal FROM platform.outbox WHERE position IS NULL ORDER BY ordinal LIMIT most) f) fresh
     WHERE o.ordinal = fresh.ordinal;
    GET DIAGNOSTICS counted = ROW_COUNT;
    IF counted > 0 THEN
        UPDATE platform.outbox_head SET position = head + counted;
    END IF;
    RETURN counted;
END
$$;
REVOKE ALL ON FUNCTION platform.number_outbox(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION platform.number_outbox(integer) TO openscf_seal;

-- Holds the first open message of each aggregate between two, as far as it is due and nobody else holds it. It hops over
-- the index from one aggregate to the next: the cost depends on the number of aggregates with open messages, not on how
-- many wait behind a slow one, and ends with the `most`-th message. Whether another relay has dealt with a message since
-- the snapshot is looked at again under the lock.
CREATE OR REPLACE FUNCTION platform.claim_outbox(
    after_tenant uuid, after_aggregate text, to_tenant uuid, to_aggregate text, now_ timestamptz, most integer
) RETURNS SETOF platform.outbox
LANGUAGE sql VOLATILE SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off AS $$
    WITH RECURSIVE first AS (
        (SELECT o.tenant_id, o.aggregate, o.ordinal FROM platform.outbox o
          WHERE o.position IS NOT NULL AND o.state IN ('waiting', 'parked')
            AND (o.tenant_id, o.aggregate) > (after_tenant, after_aggregate)
          ORDER BY o.tenant_id, o.aggregate, o.position LIMIT 1)
        UNION ALL
        SELECT n.* FROM first f CROSS JOIN LATERAL (
            SELECT o.tenant_id, o.aggregate, o.ordinal FROM platform.outbox o
             WHERE o.position IS NOT NULL AND o.state IN ('waiting', 'parked')
               AND (o.tenant_id, o.aggregate) > (f.tenant_id, f.aggregate)
             ORDER BY o.tenant_id, o.aggregate, o.position LIMIT 1) n
         WHERE (f.tenant_id, f.aggregate) < (to_tenant, to_aggregate)
    )
    SELECT o.* FROM first f JOIN platform.outbox o ON o.ordinal = f.ordinal
     WHERE o.state = 'waiting' AND (o.due_at IS NULL OR o.due_at <= now_)
       AND (o.tenant_id, o.aggregate) <= (to_tenant, to_aggregate)
     LIMIT most FOR UPDATE OF o SKIP LOCKED
$$;
REVOKE ALL ON FUNCTION platform.claim_outbox(uuid, text, uuid, text, timestamptz, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION platform.claim_outbox(uuid, text, uuid, text, timestamptz, integer) TO openscf_seal;
