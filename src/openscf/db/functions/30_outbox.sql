-- Gives visible messages their positions, in the order of their ordinals, and tells how many got one.
-- The head is locked first and the messages are read by a later statement (READ COMMITTED), so two relays can't number
-- the same message; a relay that finds the head locked leaves the work to the other.
CREATE OR REPLACE FUNCTION platform.number_outbox(most integer) RETURNS integer
LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    head    bigint;
    counted integer;
BEGIN
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
