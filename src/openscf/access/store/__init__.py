"""SQL of sessions, keys, failed attempts and sandboxes."""
