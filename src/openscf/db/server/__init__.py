"""The server: an embedded PostgreSQL run by our own launcher, or an external one."""
