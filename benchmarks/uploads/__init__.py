"""Large and hostile uploads to a real server, while somebody else reads."""
