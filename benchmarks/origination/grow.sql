-- Copies a funded deal so many times under new ids, with all that an application or a day end reads of it.
CREATE PROCEDURE financing.bench_grow(model uuid, wanted integer) LANGUAGE plpgsql AS $$
BEGIN
    CREATE TEMPORARY TABLE bench_copy AS
        SELECT n, gen_random_uuid() AS deal, gen_random_uuid() AS document, gen_random_uuid() AS lien,
               sha256(convert_to(gen_random_uuid()::text, 'UTF8')) AS fingerprint, 'C' || to_char(n, 'FM00000000') AS number
        FROM generate_series(1, wanted) n;
    CREATE TEMPORARY TABLE bench_model AS
        SELECT d.*, t.fingerprint FROM financing.deal d
        JOIN trades.document t ON t.tenant_id = d.tenant_id AND t.id = d.document_id WHERE d.id = model;
    INSERT INTO trades.document
        SELECT r.* FROM bench_copy c, bench_model m JOIN trades.document d ON d.id = m.document_id,
            LATERAL jsonb_populate_record(d, jsonb_build_object('id', c.document, 'fingerprint', c.fingerprint,
                'number', c.number, 'number_key', c.number)) r;
    INSERT INTO trades.asset
        SELECT r.* FROM bench_copy c, bench_model m JOIN trades.asset a ON a.fingerprint = m.fingerprint,
            LATERAL jsonb_populate_record(a, jsonb_build_object('fingerprint', c.fingerprint)) r;
    INSERT INTO trades.lien
        SELECT r.* FROM bench_copy c, bench_model m JOIN trades.lien l ON l.id = m.lien_id,
            LATERAL jsonb_populate_record(l, jsonb_build_object('id', c.lien, 'fingerprint', c.fingerprint,
                'deal', 'deal_' || c.deal)) r;
    CREATE TEMPORARY TABLE bench_key AS
        SELECT m.tenant_id, sha256(c.fingerprint || convert_to(k::text, 'UTF8')) AS key, c.fingerprint
        FROM bench_copy c, bench_model m, generate_series(1, 2) k;
    INSERT INTO trades.near_key SELECT tenant_id, key FROM bench_key;
    INSERT INTO trades.near_entry SELECT tenant_id, key, fingerprint FROM bench_key;
    INSERT INTO financing.confirmation
        SELECT r.* FROM bench_copy c, bench_model m JOIN financing.confirmation f ON f.fingerprint = m.fingerprint,
            LATERAL jsonb_populate_record(f, jsonb_build_object('id', gen_random_uuid(), 'fingerprint', c.fingerprint,
                'number', c.number)) r;
    INSERT INTO financing.deal
        SELECT r.* FROM bench_copy c, bench_model m JOIN financing.deal d ON d.id = m.id,
            LATERAL jsonb_populate_record(d, jsonb_build_object('id', c.deal, 'document_id', c.document,
                'lien_id', c.lien)) r;
    INSERT INTO financing.deal_party
        SELECT p.tenant_id, c.deal, p.role, p.party_id FROM bench_copy c, financing.deal_party p WHERE p.deal_id = model;
    INSERT INTO financing.deal_event
        SELECT r.* FROM bench_copy c, financing.deal_event e,
            LATERAL jsonb_populate_record(e, jsonb_build_object('deal_id', c.deal)) r WHERE e.deal_id = model;
    INSERT INTO financing.limit_use
        SELECT r.* FROM bench_copy c, financing.limit_use u,
            LATERAL jsonb_populate_record(u, jsonb_build_object('deal_id', c.deal)) r WHERE u.deal_id = model;
    DROP TABLE bench_copy, bench_model, bench_key;
END $$;
