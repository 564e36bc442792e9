"""One file per format; each declares one `ADAPTER`."""
