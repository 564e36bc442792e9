-- Claims an idempotency key for this transaction and tells what is known of it, in one round trip.
-- The lock comes first, and the record is read by a later statement, whose snapshot (READ COMMITTED) is younger than the
-- lock: who gets the lock after another's commit therefore sees that commit. `claimed` is false, and no record is given,
-- exactly when another transaction is at work on the same key; a record that exists is given to everybody at once.
CREATE OR REPLACE FUNCTION platform.claim_key(caller_ text, operation_ text, key_ text, lock_ bigint)
RETURNS TABLE (claimed boolean, inputs bytea, refused boolean, response text)
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    claimed := pg_try_advisory_xact_lock(lock_);
    SELECT r.inputs, r.refused, r.response INTO inputs, refused, response
      FROM platform.idempotency r
     WHERE r.tenant_id = nullif(current_setting('app.tenant', true), '')::uuid
       AND r.caller = caller_ AND r.operation = operation_ AND r.key = key_;
    RETURN NEXT;
END
$$;
REVOKE ALL ON FUNCTION platform.claim_key(text, text, text, bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION platform.claim_key(text, text, text, bigint) TO openscf_app;
