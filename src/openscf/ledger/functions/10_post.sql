-- Posting, inside the database. One call takes any number of atomic batches ("chains"), judges them one after the other as
-- if each had come alone, and writes all that was accepted. Refusals are numbers (openscf.ledger.model.Answer); the order
-- in which reasons are looked for is that of the numbers. openscf.ledger.memory is the independent twin of this function.
--
-- Locks, always in this order: the book (shared), the accounts by id, then rows that only this call inserts.

-- The bytes of a transfer that its audit entry vouches for: PostgreSQL's own binary form of the row, in which each field
-- stands with its type and its length, so no two transfers share their bytes. (One call: joining fields took twice as long.)
CREATE OR REPLACE FUNCTION ledger.transfer_bytes(
    id uuid, debit_id uuid, credit_id uuid, ref_id uuid, subject_id uuid, amount bigint, debit_after bigint, credit_after bigint,
    debit_version bigint, credit_version bigint, kind smallint, value_on date, expires_at timestamptz, reason text
) RETURNS bytea LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT record_send(ROW(id, debit_id, credit_id, ref_id, subject_id, amount, debit_after, credit_after, debit_version,
                           credit_version, kind, value_on, expires_at, reason))
$$;

-- Arrays have one element per transfer, or one for all, or none for "null for all".
CREATE OR REPLACE FUNCTION ledger.spread(given anyarray, wanted int) RETURNS anyarray LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    IF cardinality(given) = wanted THEN
        RETURN given;
    ELSIF cardinality(given) <= 1 THEN
        RETURN array_fill(given[1], ARRAY[wanted]);
    END IF;
    RAISE EXCEPTION 'an array of % for % transfers', cardinality(given), wanted USING ERRCODE = 'array_subscript_error';
END $$;

-- Where each of `wanted` stands in `known` (from 1; null if nowhere). Both may be long, and the planner can't know: a loop
-- over all pairs is forbidden it.
CREATE OR REPLACE FUNCTION ledger.places(known uuid[], wanted uuid[]) RETURNS int[] LANGUAGE plpgsql SET enable_nestloop = off AS $$
BEGIN
    RETURN (SELECT array_agg(k.o::int ORDER BY w.o) FROM unnest(wanted) WITH ORDINALITY w(x, o)
              LEFT JOIN unnest(known) WITH ORDINALITY k(x, o) ON k.x = w.x);
END $$;

-- The advisory key of a tenant's book: posting shares it, closing a day takes it alone.
CREATE OR REPLACE FUNCTION ledger.book_key(tenant uuid) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT ('x' || substr(tenant::text, 25, 12))::bit(64)::bigint # 8241986812746498048
$$;

-- The common case, one plain transfer that nothing speaks against, in the fewest steps. Returns false, having changed
-- nothing, whenever it is anything else: ledger.post then judges it, and names the refusal.
CREATE OR REPLACE FUNCTION ledger.post_one(
    t uuid, p_at timestamptz, p_closed date, p_id uuid, p_debit uuid, p_credit uuid, p_amount bigint, p_subject uuid, p_value_on date,
    p_reason text, p_audit uuid, p_actor text, p_request uuid
) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    first_id CONSTANT uuid := least(p_debit, p_credit);
    second_id CONSTANT uuid := greatest(p_debit, p_credit);
    first_delta CONSTANT bigint := CASE WHEN p_debit < p_credit THEN -p_amount ELSE p_amount END;
    first_after bigint; first_version bigint; first_unit text; first_at timestamptz;
    second_after bigint; second_version bigint; second_unit text; v_at timestamptz;
BEGIN
    IF (p_amount BETWEEN 1 AND 999999999999999999 AND p_debit <> p_credit AND (p_closed IS NULL OR p_value_on > p_closed)) IS NOT TRUE THEN
        RETURN false;
    END IF;
    -- In the order of the ids, as everywhere, so that two calls never wait for each other in a circle.
    UPDATE ledger.account
       SET posted_minor = posted_minor + first_delta, version = version + 1, touched_at = greatest(touched_at, p_at)
     WHERE tenant_id = t AND id = first_id
       AND CASE WHEN first_delta < 0
           THEN state = 1 AND posted_minor - held_out_minor + first_delta >= greatest(floor_minor, -4000000000000000000)
           ELSE state < 3 AND posted_minor + held_in_minor + first_delta <= least(ceiling_minor, 4000000000000000000) END
    RETURNING posted_minor, version, unit, touched_at INTO first_after, first_version, first_unit, first_at;
    IF first_version IS NULL THEN
        RETURN false;
    END IF;
    UPDATE ledger.account
       SET posted_minor = posted_minor - first_delta, version = version + 1, touched_at = greatest(touched_at, first_at)
     WHERE tenant_id = t AND id = second_id AND unit = first_unit
       AND CASE WHEN first_delta > 0
           THEN state = 1 AND posted_minor - held_out_minor - first_delta >= greatest(floor_minor, -4000000000000000000)
           ELSE state < 3 AND posted_minor + held_in_minor - first_delta <= least(ceiling_minor, 4000000000000000000) END
    RETURNING posted_minor, version, touched_at INTO second_after, second_version, v_at;
    IF second_version IS NOT NULL THEN
        INSERT INTO ledger.transfer (tenant_id, id, debit_id, credit_id, audit_id, amount_minor, debit_after_minor,
               credit_after_minor, debit_version, credit_version, at, value_on, kind, reason, subject_id)
        SELECT t, p_id, p_debit, p_credit, p_audit, p_amount,
                CASE WHEN first_delta < 0 THEN first_after ELSE second_after END,
                CASE WHEN first_delta < 0 THEN second_after ELSE first_after END,
                CASE WHEN first_delta < 0 THEN first_version ELSE second_version END,
                CASE WHEN first_delta < 0 THEN second_version ELSE first_version END,
                v_at, p_value_on, 1, p_reason, p_subject
         WHERE NOT EXISTS (SELECT FROM ledger.failed_transfer WHERE tenant_id = t AND id = p_id)  -- after the locks: who failed held them
        ON CONFLICT DO NOTHING;
    END IF;
    IF second_version IS NULL OR NOT FOUND THEN  -- undo: nobody else can have seen it
        UPDATE ledger.account SET posted_minor = posted_minor - first_delta, version = version - 1
         WHERE tenant_id = t AND id = first_id;
        IF second_version IS NOT NULL THEN
            UPDATE ledger.account SET posted_minor = posted_minor + first_delta, version = version - 1
             WHERE tenant_id = t AND id = second_id;
        END IF;
        RETURN false;
    END IF;
    IF v_at > first_at THEN
        UPDATE ledger.account SET touched_at = v_at WHERE tenant_id = t AND id = first_id;
    END IF;
    INSERT INTO platform.audit_inbox (tenant_id, id, at, actor, action, subject, request_id, payload)
    SELECT t, p_audit, v_at, p_actor, 'ledger.post', coalesce(p_subject, p_audit)::text, p_request,
           '{"digest":"' || encode(sha256(ledger.transfer_bytes(p_id, p_debit, p_credit, NULL, p_subject, p_amount, b.da, b.ca,
               b.dv, b.cv, 1::smallint, p_value_on, NULL, p_reason)), 'hex') || '","transfers":1}'
      FROM (SELECT CASE WHEN first_delta < 0 THEN first_after ELSE second_after END da,
                   CASE WHEN first_delta < 0 THEN second_after ELSE first_after END ca,
                   CASE WHEN first_delta < 0 THEN first_version ELSE second_version END dv,
                   CASE WHEN first_delta < 0 THEN second_version ELSE first_version END cv) b;
    RETURN true;
END $$;

-- The judgement in full, of anything: chains, holds, reversals, repeats, refusals. Within ledger.post only.
CREATE OR REPLACE FUNCTION ledger.judge_and_post(
    closed date, p_at timestamptz, ids uuid[], chains int[], kinds smallint[], debits uuid[], credits uuid[], amounts bigint[], refs uuid[],
    expiries timestamptz[], subjects uuid[], value_ons date[], reasons text[], audits uuid[], actors text[], requests uuid[]
) RETURNS TABLE (place int, answer smallint) LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    t CONSTANT uuid := nullif(current_setting('app.tenant', true), '')::uuid;
    n CONSTANT int := cardinality(ids);
    max_amount CONSTANT bigint := 999999999999999999;
    max_balance CONSTANT bigint := 4000000000000000000;
    v_at timestamptz := p_at;
    -- accounts, by place in a_id
    a_id uuid[]; a_unit text[]; a_floor bigint[]; a_ceiling bigint[]; a_posted bigint[]; a_out bigint[]; a_in bigint[];
    a_version bigint[]; a_state smallint[];
    -- what holds and reversals refer to, by place in k_id; a batch may refer to what it makes itself
    k_id uuid[] := '{}'; k_kind smallint[]; k_debit uuid[]; k_credit uuid[]; k_amount bigint[]; k_state smallint[];
    k_expires timestamptz[]; k_posted bigint[];
    known smallint[];  -- answers for ids that were posted or failed before this call
    repeated boolean[];
    codes smallint[]; d_place int[]; c_place int[]; d_after bigint[]; c_after bigint[]; d_version bigint[]; c_version bigint[];
    moved bigint[]; held bigint[];
    id_least uuid; id_most uuid; plain boolean; d_new bigint; c_new bigint; v bigint; a_least bigint[]; a_most bigint[];
    chain int; chain_start int := 1; broken boolean := false;
    code smallint; k int; d int; c int; amount bigint; debit uuid; credit uuid; kind smallint; hold_amount bigint; j int; i int;
BEGIN
    IF n > 1 THEN
        chains := ledger.spread(chains, n); kinds := ledger.spread(kinds, n); refs := ledger.spread(refs, n);
        debits := ledger.spread(debits, n); credits := ledger.spread(credits, n); amounts := ledger.spread(amounts, n);
        expiries := ledger.spread(expiries, n); subjects := ledger.spread(subjects, n); value_ons := ledger.spread(value_ons, n);
        reasons := ledger.spread(reasons, n); audits := ledger.spread(audits, n); actors := ledger.spread(actors, n);
        requests := ledger.spread(requests, n);
    END IF;

    -- What is referred to: its accounts never change, so they may be read before the locks.
    IF cardinality(array_remove(refs, NULL)) > 0 THEN
        SELECT array_agg(DISTINCT r) INTO k_id FROM unnest(refs) r WHERE r IS NOT NULL;
        a_id := (SELECT array_agg(x) FROM (
            SELECT unnest(ARRAY[debit_id, credit_id]) x FROM ledger.transfer WHERE tenant_id = t AND id = ANY (k_id)) s);
    END IF;

    -- Lock the accounts in one global order, so that no two calls ever wait for each other in a circle.
    SELECT array_agg(id), array_agg(unit), array_agg(floor_minor), array_agg(ceiling_minor), array_agg(posted_minor),
           array_agg(held_out_minor), array_agg(held_in_minor), array_agg(version), array_agg(state),
           greatest(max(touched_at), p_at), array_agg(greatest(floor_minor, -max_balance)), array_agg(least(ceiling_minor, max_balance))
      INTO a_id, a_unit, a_floor, a_ceiling, a_posted, a_out, a_in, a_version, a_state, v_at,
           a_least, a_most
      FROM (SELECT * FROM ledger.account
             WHERE tenant_id = t AND id = ANY (CASE WHEN n = 1 THEN debits || credits || a_id
                   ELSE (SELECT array_agg(DISTINCT x) FROM unnest(debits || credits || a_id) x) END)
             ORDER BY id FOR NO KEY UPDATE) s;
    v_at := coalesce(v_at, p_at);
    a_id := coalesce(a_id, '{}');

    IF cardinality(k_id) > 0 THEN
        SELECT array_agg(tr.kind ORDER BY o), array_agg(tr.debit_id ORDER BY o), array_agg(tr.credit_id ORDER BY o),
               array_agg(tr.amount_minor ORDER BY o), array_agg(tr.expires_at ORDER BY o), array_agg(0::bigint),
               array_agg(CASE WHEN tr.kind = 2 THEN h.state WHEN r.id IS NOT NULL THEN 9 ELSE 1 END::smallint ORDER BY o)
          INTO k_kind, k_debit, k_credit, k_amount, k_expires, k_posted, k_state
          FROM unnest(k_id) WITH ORDINALITY u(u_id, o)
          LEFT JOIN ledger.transfer tr ON tr.tenant_id = t AND tr.id = u_id
          LEFT JOIN ledger.hold h ON h.tenant_id = t AND h.id = u_id
          LEFT JOIN ledger.transfer r ON r.tenant_id = t AND r.ref_id = u_id AND r.kind = 6;
    END IF;

    -- Ids seen before are rare, and new ids are younger than all others: first one cheap look at their whole span.
    SELECT (array_agg(x))[1], (array_agg(x))[cardinality(ids)] INTO id_least, id_most FROM (SELECT x FROM unnest(ids) x ORDER BY x) s;
    IF EXISTS (SELECT FROM ledger.transfer WHERE tenant_id = t AND id BETWEEN id_least AND id_most)
       OR EXISTS (SELECT FROM ledger.failed_transfer WHERE tenant_id = t AND id BETWEEN id_least AND id_most) THEN
        SELECT array_agg(CASE WHEN f.id IS NOT NULL THEN 2 WHEN x.id IS NULL THEN 0
                 WHEN x.kind = w.kind AND x.value_on = w.value_on AND x.reason = w.reason
                  AND (w.debit = x.debit_id OR w.debit IS NULL AND x.kind > 2) AND (w.credit = x.credit_id OR w.credit IS NULL AND x.kind > 2)
                  AND coalesce(w.amount, x.amount_minor) = x.amount_minor
                  AND (w.amount IS NOT NULL OR x.kind IN (4, 5, 6) OR x.kind = 3 AND x.amount_minor = h.amount_minor)
                  AND x.ref_id IS NOT DISTINCT FROM w.ref AND x.subject_id IS NOT DISTINCT FROM w.subject
                  AND x.expires_at IS NOT DISTINCT FROM w.expiry THEN 3 ELSE 4 END::smallint ORDER BY w.o)
          INTO known
          FROM unnest(ids, kinds, debits, credits, amounts, refs, expiries, subjects, value_ons, reasons) WITH ORDINALITY
               w(id, kind, debit, credit, amount, ref, expiry, subject, value_on, reason, o)
          LEFT JOIN ledger.transfer x ON x.tenant_id = t AND x.id = w.id
          LEFT JOIN ledger.hold h ON h.tenant_id = t AND h.id = x.ref_id
          LEFT JOIN ledger.failed_transfer f ON f.tenant_id = t AND f.id = w.id;
    END IF;

    repeated := array_fill(false, ARRAY[n]);
    IF n > 1 THEN
        IF (SELECT count(DISTINCT x) FROM unnest(ids) x) < n THEN
            SELECT array_agg(m > 1 ORDER BY o) INTO repeated
              FROM (SELECT o, count(*) OVER (PARTITION BY x) m FROM unnest(ids) WITH ORDINALITY u(x, o)) s;
        END IF;
        d_place := ledger.places(a_id, debits); c_place := ledger.places(a_id, credits);
    ELSE
        d_place := ARRAY[array_position(a_id, debits[1])]; c_place := ARRAY[array_position(a_id, credits[1])];
    END IF;

    codes := array_fill(0::smallint, ARRAY[n]);
    d_after := array_fill(0::bigint, ARRAY[n]); c_after := d_after; d_version := d_after; c_version := d_after;
    moved := d_after; held := d_after;
    plain := (known IS NULL OR 0 = ALL (known)) AND cardinality(k_id) = 0 AND 1 = ALL (kinds) AND NOT true = ANY (repeated);

    FOR i IN 1..n LOOP
        IF chains[i] IS DISTINCT FROM chain THEN
            chain := chains[i]; chain_start := i; broken := false;
        END IF;
        IF broken THEN
            codes[i] := 1;
            CONTINUE;
        END IF;
        IF plain THEN  -- the same judgement in one expression; whatever fails it is judged in full below
            d := d_place[i]; c := c_place[i]; amount := amounts[i];
            d_new := a_posted[d] - amount; c_new := a_posted[c] + amount;
            IF amount > 0 AND amount <= max_amount AND d <> c AND a_unit[d] = a_unit[c] AND a_state[d] = 1 AND a_state[c] < 3
               AND d_new - a_out[d] >= a_least[d] AND c_new + a_in[c] <= a_most[c] AND (closed IS NULL OR value_ons[i] > closed) THEN
                a_posted[d] := d_new; a_posted[c] := c_new; d_after[i] := d_new; c_after[i] := c_new; moved[i] := amount;
                v := a_version[d] + 1; a_version[d] := v; d_version[i] := v;
                v := a_version[c] + 1; a_version[c] := v; c_version[i] := v;
                CONTINUE;
            END IF;
        END IF;
        code := CASE WHEN known IS NULL THEN 0 ELSE known[i] END;
        kind := kinds[i]; amount := amounts[i]; debit := debits[i]; credit := credits[i]; d := d_place[i]; c := c_place[i]; k := NULL;
        IF code = 0 AND repeated[i] THEN
            FOR j IN 1..i - 1 LOOP
                IF ids[j] = ids[i] AND codes[j] IN (8, 9, 13, 14, 19, 24, 25, 26, 27, 28, 29) THEN
                    code := 2;
                ELSIF ids[j] = ids[i] AND codes[j] = 0 THEN
                    code := CASE WHEN kinds[j] = kind AND value_ons[j] = value_ons[i] AND reasons[j] = reasons[i]
                        AND (debit = debits[j] OR debit IS NULL AND kind > 2) AND (credit = credits[j] OR credit IS NULL AND kind > 2)
                        AND coalesce(amount, amounts[j]) = amounts[j] AND refs[j] IS NOT DISTINCT FROM refs[i]
                        AND (amount IS NOT NULL OR kind IN (4, 5, 6)
                             OR kind = 3 AND amounts[j] = k_amount[array_position(k_id, refs[j])])
                        AND subjects[j] IS NOT DISTINCT FROM subjects[i]
                        AND expiries[j] IS NOT DISTINCT FROM expiries[i] THEN 3 ELSE 4 END;
                END IF;
            END LOOP;
        END IF;
        IF code = 0 THEN
            IF amount <= 0 OR amount IS NULL AND kind IN (1, 2) THEN code := 5;
            ELSIF amount > max_amount THEN code := 6;
            ELSIF debit = credit THEN code := 7;
            END IF;
        END IF;
        IF code = 0 AND kind > 2 THEN
            k := array_position(k_id, refs[i]);
            IF k IS NULL OR k_kind[k] IS NULL THEN
                code := CASE WHEN kind = 6 THEN 9 ELSE 8 END;
            ELSIF kind < 6 THEN
                IF k_kind[k] <> 2 THEN code := 10;
                ELSIF debit <> k_debit[k] OR credit <> k_credit[k] OR kind > 3 AND amount <> k_amount[k] THEN code := 12;
                END IF;
                debit := k_debit[k]; credit := k_credit[k];
            ELSE
                IF k_kind[k] NOT IN (1, 3) THEN code := 11;
                ELSIF debit <> k_credit[k] OR credit <> k_debit[k] OR amount <> k_amount[k] THEN code := 12;
                END IF;
                debit := k_credit[k]; credit := k_debit[k];
            END IF;
            IF code = 0 THEN
                amount := coalesce(amount, k_amount[k]);
                d := array_position(a_id, debit); c := array_position(a_id, credit);
                IF d IS NULL OR c IS NULL THEN  -- its accounts exist, so they were not among those to lock: look again
                    RAISE EXCEPTION '% was made after the look at what to lock', refs[i] USING ERRCODE = 'serialization_failure';
                END IF;
            END IF;
        END IF;
        IF code = 0 THEN
            IF d IS NULL THEN code := 13;
            ELSIF c IS NULL THEN code := 14;
            ELSIF a_unit[d] <> a_unit[c] THEN code := 15;
            ELSIF kind IN (3, 4, 5) AND k_state[k] = 2 THEN code := 16;
            ELSIF kind IN (3, 4, 5) AND k_state[k] = 3 THEN code := 17;
            ELSIF kind IN (3, 4, 5) AND k_state[k] = 4 OR kind IN (3, 4) AND k_expires[k] <= v_at THEN code := 18;
            ELSIF kind = 5 AND (k_expires[k] IS NULL OR k_expires[k] > v_at) THEN code := 19;
            ELSIF kind = 3 AND amount > k_amount[k] THEN code := 20;
            ELSIF kind = 6 AND k_state[k] = 9 THEN code := 21;
            ELSIF kind = 2 AND expiries[i] <= v_at THEN code := 22;
            ELSIF kind IN (1, 3, 6) AND value_ons[i] <= closed THEN code := 23;
            ELSIF a_state[d] = 3 THEN code := 24;
            ELSIF a_state[c] = 3 THEN code := 25;
            ELSIF a_state[d] = 2 AND kind NOT IN (4, 5) THEN code := 26;
            ELSIF kind IN (1, 2, 6) THEN
                IF a_posted[d] - a_out[d] - amount < a_floor[d] THEN code := 27;
                ELSIF a_posted[c] + a_in[c] + amount > a_ceiling[c] THEN code := 28;
                ELSIF a_posted[d] - a_out[d] - amount < -max_balance OR a_posted[c] + a_in[c] + amount > max_balance THEN code := 29;
                END IF;
            END IF;
        END IF;

        codes[i] := code;
        IF code = 3 THEN
            CONTINUE;  -- posted before: nothing moves, and its chain goes on
        ELSIF code <> 0 THEN
            broken := true;
            FOR j IN REVERSE i - 1..chain_start LOOP
                IF codes[j] = 0 THEN
                    d := d_place[j]; c := c_place[j];
                    a_posted[d] := a_posted[d] + moved[j]; a_posted[c] := a_posted[c] - moved[j];
                    a_out[d] := a_out[d] - held[j]; a_in[c] := a_in[c] - held[j];
                    a_version[d] := a_version[d] - 1; a_version[c] := a_version[c] - 1;
                    k := array_position(k_id, refs[j]);
                    IF k IS NOT NULL AND kinds[j] > 2 THEN k_state[k] := 1; k_posted[k] := 0; END IF;
                    IF cardinality(k_id) > 0 THEN
                        k := array_position(k_id, ids[j]);
                        IF k IS NOT NULL THEN k_kind[k] := NULL; END IF;
                    END IF;
                    codes[j] := 1;
                END IF;
            END LOOP;
            CONTINUE;
        END IF;

        moved[i] := CASE WHEN kind IN (1, 3, 6) THEN amount ELSE 0 END;
        held[i] := CASE kind WHEN 1 THEN 0 WHEN 6 THEN 0 WHEN 2 THEN amount ELSE -k_amount[k] END;
        a_posted[d] := a_posted[d] - moved[i]; a_posted[c] := a_posted[c] + moved[i];
        IF kind NOT IN (1, 6) THEN
            a_out[d] := a_out[d] + held[i]; a_in[c] := a_in[c] + held[i];
        END IF;
        a_version[d] := a_version[d] + 1; a_version[c] := a_version[c] + 1;
        d_after[i] := a_posted[d]; c_after[i] := a_posted[c]; d_version[i] := a_version[d]; c_version[i] := a_version[c];
        IF kind > 2 THEN
            d_place[i] := d; c_place[i] := c; debits[i] := debit; credits[i] := credit; amounts[i] := amount;
            k_state[k] := CASE kind WHEN 3 THEN 2 WHEN 4 THEN 3 WHEN 5 THEN 4 ELSE 9 END;
            k_posted[k] := CASE WHEN kind = 3 THEN amount ELSE 0 END;
        END IF;
        IF cardinality(k_id) > 0 THEN
            k := array_position(k_id, ids[i]);
            IF k IS NOT NULL THEN
                k_kind[k] := kind; k_debit[k] := debit; k_credit[k] := credit; k_amount[k] := amount; k_state[k] := 1;
                k_expires[k] := expiries[i]; k_posted[k] := 0;
            END IF;
        END IF;
    END LOOP;

    PERFORM ledger.write_posted(v_at, ids, kinds, debits, credits, amounts, refs, expiries, subjects, value_ons, reasons, audits,
        actors, requests, codes, d_after, c_after, d_version, c_version,
        a_id, a_posted, a_out, a_in, a_version, k_id, k_state, k_posted);
    RETURN QUERY SELECT u.o::int, u.x FROM unnest(codes) WITH ORDINALITY u(x, o) WHERE u.x <> 0 ORDER BY u.o;
END $$;

-- The second half of ledger.post: write what was judged. Not for use by itself.
CREATE OR REPLACE FUNCTION ledger.write_posted(
    v_at timestamptz, ids uuid[], kinds smallint[], debits uuid[], credits uuid[], amounts bigint[], refs uuid[],
    expiries timestamptz[], subjects uuid[], value_ons date[], reasons text[], audits uuid[], actors text[], requests uuid[],
    codes smallint[], d_after bigint[], c_after bigint[], d_version bigint[], c_version bigint[],
    a_id uuid[], a_posted bigint[], a_out bigint[], a_in bigint[], a_version bigint[], k_id uuid[], k_state smallint[], k_posted bigint[]
) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    t CONSTANT uuid := nullif(current_setting('app.tenant', true), '')::uuid;
    accepted CONSTANT boolean := array_position(codes, 0::smallint) IS NOT NULL;
BEGIN
    IF accepted THEN
        INSERT INTO ledger.transfer (tenant_id, id, debit_id, credit_id, audit_id, amount_minor, debit_after_minor,
               credit_after_minor, debit_version, credit_version, at, value_on, kind, reason, ref_id, subject_id, expires_at)
        SELECT t, u.id, u.debit, u.credit, u.audit, u.amount, u.d_after, u.c_after, u.d_version, u.c_version, v_at, u.value_on,
               u.kind, u.reason, u.ref, u.subject, u.expiry
          FROM unnest(ids, debits, credits, audits, amounts, d_after, c_after, d_version, c_version, value_ons, kinds, reasons,
                      refs, subjects, expiries, codes)
               u(id, debit, credit, audit, amount, d_after, c_after, d_version, c_version, value_on, kind, reason,
                 ref, subject, expiry, code)
         WHERE u.code = 0;
        UPDATE ledger.account a
           SET posted_minor = u.posted, held_out_minor = u.out, held_in_minor = u.inn, version = u.version, touched_at = v_at
          FROM unnest(a_id, a_posted, a_out, a_in, a_version) u(id, posted, out, inn, version)
         WHERE a.tenant_id = t AND a.id = u.id AND a.version <> u.version;
        INSERT INTO platform.audit_inbox (tenant_id, id, at, actor, action, subject, request_id, payload)
        SELECT t, u.audit, v_at, min(u.actor), 'ledger.post', coalesce(min(u.subject::text), u.audit::text), min(u.request::text)::uuid,
               '{"digest":"' || encode(sha256(string_agg(ledger.transfer_bytes(u.id, u.debit, u.credit, u.ref, u.subject, u.amount,
                   u.d_after, u.c_after, u.d_version, u.c_version, u.kind, u.value_on, u.expiry, u.reason), '' ORDER BY u.id)), 'hex')
               || '","transfers":' || count(*) || '}'
          FROM unnest(ids, debits, credits, audits, amounts, d_after, c_after, d_version, c_version, value_ons, kinds, reasons,
                      refs, subjects, expiries, codes, actors, requests)
               u(id, debit, credit, audit, amount, d_after, c_after, d_version, c_version, value_on, kind, reason,
                 ref, subject, expiry, code, actor, request)
         WHERE u.code = 0 GROUP BY u.audit ORDER BY min(u.d_version);
    END IF;
    IF 2 = ANY (kinds) THEN
        INSERT INTO ledger.hold (tenant_id, id, debit_id, credit_id, amount_minor, expires_at)
        SELECT t, u.id, u.debit, u.credit, u.amount, u.expiry
          FROM unnest(ids, debits, credits, amounts, expiries, kinds, codes) u(id, debit, credit, amount, expiry, kind, code)
         WHERE u.code = 0 AND u.kind = 2;
    END IF;
    IF cardinality(k_id) > 0 THEN
        UPDATE ledger.hold h SET state = u.state, posted_minor = u.posted
          FROM unnest(k_id, k_state, k_posted) u(id, state, posted)
         WHERE h.tenant_id = t AND h.id = u.id AND u.state IN (2, 3, 4) AND h.state = 1;
    END IF;
    IF codes && '{8,9,13,14,19,24,25,26,27,28,29}'::smallint[] THEN
        INSERT INTO ledger.failed_transfer (tenant_id, id, code, at)
        SELECT t, u.id, u.code, v_at FROM unnest(ids, codes) u(id, code)
         WHERE u.code IN (8, 9, 13, 14, 19, 24, 25, 26, 27, 28, 29) ON CONFLICT DO NOTHING;
    END IF;
END $$;

-- Post chains of transfers. Returns a row per transfer that was not freshly accepted: its place (from 1) and the answer.
CREATE OR REPLACE FUNCTION ledger.post(
    p_at timestamptz, ids uuid[], chains int[], kinds smallint[], debits uuid[], credits uuid[], amounts bigint[], refs uuid[],
    expiries timestamptz[], subjects uuid[], value_ons date[], reasons text[], audits uuid[], actors text[], requests uuid[]
) RETURNS TABLE (place int, answer smallint)
LANGUAGE plpgsql SET search_path = pg_catalog SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
DECLARE
    t CONSTANT uuid := nullif(current_setting('app.tenant', true), '')::uuid;
    n CONSTANT int := cardinality(ids);
    closed date;
    done int := 0;
BEGIN
    IF t IS NULL THEN
        RAISE EXCEPTION 'no tenant is set' USING ERRCODE = 'insufficient_privilege';
    ELSIF current_setting('transaction_isolation') <> 'read committed' THEN  -- its snapshot may be older than the locks
        RAISE EXCEPTION 'the ledger posts in READ COMMITTED: an older snapshot sees neither a closed day nor a failed id'
            USING ERRCODE = 'invalid_transaction_state';
    END IF;
    PERFORM pg_advisory_xact_lock_shared(ledger.book_key(t));
    SELECT closed_through INTO closed FROM ledger.book WHERE tenant_id = t;
    -- A few plain transfers, each a batch of its own (what group commit gathers): one by one is quicker than the apparatus below.
    IF n <= 40 AND kinds = '{1}' AND refs = '{}' AND expiries = '{}'
       AND (n = 1 OR chains[n] - chains[1] = n - 1 AND (SELECT count(DISTINCT x) FROM unnest(audits) x) = n) THEN
        IF n > 1 THEN
            PERFORM FROM ledger.account WHERE tenant_id = t AND id = ANY (debits || credits) ORDER BY id FOR NO KEY UPDATE;
        END IF;
        WHILE done < n AND ledger.post_one(t, p_at, closed, ids[done + 1], debits[done + 1], credits[done + 1], amounts[done + 1],
                  CASE WHEN cardinality(subjects) > 1 THEN subjects[done + 1] ELSE subjects[1] END,
                  CASE WHEN cardinality(value_ons) > 1 THEN value_ons[done + 1] ELSE value_ons[1] END,
                  CASE WHEN cardinality(reasons) > 1 THEN reasons[done + 1] ELSE reasons[1] END,
                  audits[done + 1],
                  CASE WHEN cardinality(actors) > 1 THEN actors[done + 1] ELSE actors[1] END,
                  CASE WHEN cardinality(requests) > 1 THEN requests[done + 1] ELSE requests[1] END) LOOP
            done := done + 1;
        END LOOP;
        IF done = n THEN
            RETURN;
        END IF;
    END IF;
    -- The block below is a transaction within the transaction: when it ends, whoever waits for a row that it locked goes on
    -- to wait for the whole, and would not hear of a savepoint to which the caller goes back (and then locks the row once
    -- more: a circle). So the accounts are locked out here first, by the caller's own savepoint.
    IF n BETWEEN 1 AND 5000 THEN
        PERFORM FROM ledger.account WHERE tenant_id = t AND id = ANY (debits || credits || CASE WHEN cardinality(refs) > 0 THEN
            (SELECT array_agg(x) FROM (SELECT unnest(ARRAY[debit_id, credit_id]) x FROM ledger.transfer
                                        WHERE tenant_id = t AND id = ANY (refs)) s) END)
          ORDER BY id
            FOR NO KEY UPDATE;
    END IF;
    -- Two sessions that share no lock may still meet: in the index, by one id for different accounts, or when one refers to
    -- what the other has just made. Then the later one judges again, and finds the other's transfers in the books.
    FOR attempt IN 1..3 LOOP
        BEGIN
            RETURN QUERY SELECT j.place + done, j.answer FROM ledger.judge_and_post(closed, p_at, ids[done + 1:], chains[done + 1:], kinds,
                debits[done + 1:], credits[done + 1:], amounts[done + 1:], refs, expiries,
                CASE WHEN cardinality(subjects) > 1 THEN subjects[done + 1:] ELSE subjects END,
                CASE WHEN cardinality(value_ons) > 1 THEN value_ons[done + 1:] ELSE value_ons END,
                CASE WHEN cardinality(reasons) > 1 THEN reasons[done + 1:] ELSE reasons END,
                CASE WHEN cardinality(audits) > 1 THEN audits[done + 1:] ELSE audits END,
                CASE WHEN cardinality(actors) > 1 THEN actors[done + 1:] ELSE actors END,
                CASE WHEN cardinality(requests) > 1 THEN requests[done + 1:] ELSE requests END) j;
            RETURN;
        EXCEPTION WHEN unique_violation OR serialization_failure THEN
            IF attempt = 3 THEN
                RAISE;
            END IF;
        END;
    END LOOP;
END $$;

