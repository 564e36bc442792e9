"""Enterprises, people, their permissions and approvals, bank accounts and consents."""
