"""Checks of tables, views and functions: row security everywhere, and no way around it."""

from collections.abc import Iterator

from openscf.db.doctor.model import Finding, Patient, judged
from openscf.db.endpoints import APP, LOGIN_ROLES, MEMBER, OWNER, READ, SEAL
from openscf.db.migrations import newest_revision

# Tables whose rows nobody may change or remove, by the program's roles that could otherwise write.
APPEND_ONLY = {
    "platform.audit_inbox": (APP, READ, MEMBER),  # the sealer moves entries out of it
    "platform.audit_entry": (APP, SEAL, READ, MEMBER),
    "platform.audit_seal": (APP, SEAL, READ, MEMBER),
    "platform.audit_node": (APP, SEAL, READ, MEMBER),
    "platform.audit_checkpoint": (APP, SEAL, READ, MEMBER),
    "platform.idempotency": (APP, READ, MEMBER),  # the sealer removes answers that may expire, never those on money
    "ledger.transfer": (APP, SEAL, READ, MEMBER),
    "ledger.failed_transfer": (APP, SEAL, READ, MEMBER),
}
_OURS = """FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
           WHERE n.nspname NOT LIKE 'pg\\_%%' AND n.nspname <> 'information_schema'
             AND c.relname <> 'alembic_version'"""  # the only table without rows of anybody


def row_security(patient: Patient) -> Iterator[Finding]:
    """Every table of ours has row security enabled, forced on its owner too, and at least one policy."""
    rows = patient.ask(
        f"""SELECT n.nspname || '.' || c.relname, c.relrowsecurity, c.relforcerowsecurity,
                   EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid)
            {_OURS} AND c.relkind IN ('r', 'p') ORDER BY 1"""
    )
    bad = [
        f"{table} ({what})"
        for table, *states in rows
        for what, fine in zip(("not enabled", "not forced", "no policy"), states, strict=True)
        if not fine
    ]
    yield judged(
        "row_security",
        bad,
        good=(f"Row security holds on all {len(rows)} tables.", f"全部 {len(rows)} 张表均启用行级安全。"),
        ill=("Rows of one tenant may be seen by another: {bad}.", "租户之间的数据可能互相可见：{bad}。"),
        fix=(
            "ALTER TABLE … ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY, and add a policy.",
            "执行 ALTER TABLE … ENABLE / FORCE ROW LEVEL SECURITY，并添加策略。",
        ),
    )


def views(patient: Patient) -> Iterator[Finding]:
    """Views ask with the rights of the reader, and there is no materialised view: it would keep all tenants' rows."""
    rows = patient.ask(
        f"""SELECT n.nspname || '.' || c.relname || CASE c.relkind WHEN 'm' THEN ' (materialised)' ELSE '' END
            {_OURS} AND (c.relkind = 'm' OR c.relkind = 'v'
              AND NOT coalesce(c.reloptions && ARRAY['security_invoker=true', 'security_invoker=on',
                                                     'security_invoker=1', 'security_invoker=yes'], false))
            ORDER BY 1"""
    )
    yield judged(
        "views",
        [row[0] for row in rows],
        good=("Views show only what their reader may see.", "视图仅显示读取者有权查看的内容。"),
        ill=("Views show rows with their owner's rights: {bad}.", "以下视图以所有者权限显示数据：{bad}。"),
        fix=(
            "ALTER VIEW … SET (security_invoker = true); replace a materialised view by a table with policies.",
            "执行 ALTER VIEW … SET (security_invoker = true)；物化视图请改为带策略的表。",
        ),
    )


def definer_functions(patient: Patient) -> Iterator[Finding]:
    """A function that runs with its owner's rights pins its search path, and not everybody may call it."""
    rows = patient.ask(
        """SELECT n.nspname || '.' || p.proname,
                  EXISTS (SELECT 1 FROM unnest(p.proconfig) s WHERE s LIKE 'search\\_path=%%'),
                  EXISTS (SELECT 1 FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
                          WHERE a.grantee = 0 AND a.privilege_type = 'EXECUTE')
           FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
           WHERE p.prosecdef AND n.nspname NOT LIKE 'pg\\_%%' AND n.nspname <> 'information_schema' ORDER BY 1"""
    )
    bad = [f"{name} (search_path not pinned)" for name, pinned, _ in rows if not pinned]
    bad += [f"{name} (anybody may call it)" for name, _, public in rows if public]
    yield judged(
        "definer_functions",
        bad,
        good=("No function lends its owner's rights carelessly.", "没有函数不当地出借所有者权限。"),
        ill=("Functions lend their owner's rights: {bad}.", "以下函数不当出借所有者权限：{bad}。"),
        fix=(
            "ALTER FUNCTION … SET search_path = pg_catalog; REVOKE ALL ON FUNCTION … FROM PUBLIC.",
            "执行 ALTER FUNCTION … SET search_path = pg_catalog；REVOKE ALL ON FUNCTION … FROM PUBLIC。",
        ),
    )


def append_only(patient: Patient) -> Iterator[Finding]:
    """What must never be rewritten can't be: no right to change or remove, in whole or by column."""
    bad = []
    for table, roles in APPEND_ONLY.items():
        rows = patient.ask(
            """SELECT r.rolname, p.act
               FROM pg_roles r, (VALUES ('UPDATE'), ('DELETE'), ('TRUNCATE')) p(act), to_regclass(%(table)s) t
               WHERE t IS NOT NULL AND r.rolname = ANY(%(roles)s)
                 AND (has_table_privilege(r.oid, t, p.act)
                      OR p.act = 'UPDATE' AND has_any_column_privilege(r.oid, t, 'UPDATE'))""",
            {"table": table, "roles": list(roles)},
        )
        bad += [f"{role} may {right} {table}" for role, right in rows]
    yield judged(
        "append_only",
        bad,
        good=("Journal and audit log can't be rewritten by the program.", "程序无法改写账务流水与审计日志。"),
        ill=("History can be rewritten: {bad}.", "历史记录可被改写：{bad}。"),
        fix=("REVOKE UPDATE, DELETE, TRUNCATE ON … FROM ….", "执行 REVOKE UPDATE, DELETE, TRUNCATE ON … FROM …。"),
    )


def strangers(patient: Patient) -> Iterator[Finding]:
    """Nobody but the program's own roles has a right on its tables, and none of them may empty one."""
    rows = patient.ask(
        f"""SELECT n.nspname || '.' || c.relname, coalesce(r.rolname, 'PUBLIC'), a.privilege_type
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            CROSS JOIN LATERAL aclexplode(c.relacl) a LEFT JOIN pg_roles r ON r.oid = a.grantee
            WHERE c.oid IN (SELECT c.oid {_OURS} AND c.relkind IN ('r', 'p', 'v'))
              AND (coalesce(r.rolname, 'PUBLIC') <> ALL(%s)
                   OR r.rolname <> %s AND a.privilege_type IN ('TRUNCATE', 'REFERENCES', 'TRIGGER'))
            ORDER BY 1, 2""",
        [[*LOGIN_ROLES, MEMBER], OWNER],
    )
    yield judged(
        "foreign_grants",
        [f"{role} has {right} on {table}" for table, role, right in rows],
        good=("Only the program's roles have rights on its tables.", "仅程序角色拥有其表的权限。"),
        ill=("Rights that nobody needs: {bad}.", "存在多余的权限：{bad}。"),
        fix=("REVOKE them.", "请执行 REVOKE 收回。"),
    )


def revision(patient: Patient) -> Iterator[Finding]:
    """The tables are those that this version of the program was written for."""
    found, wanted = patient.revision(), newest_revision()
    yield judged(
        "schema_revision",
        [] if found == wanted else [str(found)],
        good=(f"The tables are at revision {found}.", f"表结构版本为 {found}。"),
        ill=(
            f"The tables are at revision {{bad}}; this program needs {wanted}.",
            f"表结构版本为 {{bad}}，本程序需要 {wanted}。",
        ),
        fix=("Start the platform once as its owner: it migrates.", "以 owner 身份启动平台一次即可完成迁移。"),
    )
