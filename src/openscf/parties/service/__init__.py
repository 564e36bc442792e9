"""The shell of this capability: each function loads, decides by the rules, writes, and says so in the audit log."""
