"""What the server answers a second, over TCP, beside the database's own measure."""
