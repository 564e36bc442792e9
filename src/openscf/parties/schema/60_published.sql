-- What the public registers say of an enterprise, for other capabilities' sets; asks with the rights of its reader.
CREATE VIEW parties.registered WITH (security_invoker = true) AS
    SELECT tenant_id, id AS party_id, name_zh, name_en, uscc, lei, country, industry, registered_on
    FROM parties.enterprise;
GRANT SELECT ON parties.registered TO openscf_app, openscf_read, openscf_member;
