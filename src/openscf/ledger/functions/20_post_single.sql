-- One plain transfer with plain arguments: the cheapest door to ledger.post, for callers that post one by one.
CREATE OR REPLACE FUNCTION ledger.post_single(
    p_at timestamptz, p_id uuid, p_debit uuid, p_credit uuid, p_amount bigint, p_subject uuid, p_value_on date, p_reason text,
    p_audit uuid, p_actor text, p_request uuid
) RETURNS TABLE (place int, answer smallint) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    t CONSTANT uuid := nullif(current_setting('app.tenant', true), '')::uuid;
    closed date;
BEGIN
    IF t IS NULL THEN
        RAISE EXCEPTION 'no tenant is set' USING ERRCODE = 'insufficient_privilege';
    ELSIF current_setting('transaction_isolation') <> 'read committed' THEN  -- its snapshot may be older than the locks
        RAISE EXCEPTION 'the ledger posts in READ COMMITTED: an older snapshot sees neither a closed day nor a failed id'
            USING ERRCODE = 'invalid_transaction_state';
    END IF;
    PERFORM pg_advisory_xact_lock_shared(ledger.book_key(t));
    SELECT closed_through INTO closed FROM ledger.book WHERE tenant_id = t;
    IF NOT ledger.post_one(t, p_at, closed, p_id, p_debit, p_credit, p_amount, p_subject, p_value_on, p_reason,
                           p_audit, p_actor, p_request) THEN
        RETURN QUERY SELECT * FROM ledger.post(p_at, ARRAY[p_id], '{0}', '{1}', ARRAY[p_debit], ARRAY[p_credit], ARRAY[p_amount],
            '{}', '{}', ARRAY[p_subject], ARRAY[p_value_on], ARRAY[p_reason], ARRAY[p_audit], ARRAY[p_actor], ARRAY[p_request]);
    END IF;
END $$;
