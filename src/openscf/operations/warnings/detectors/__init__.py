"""The detectors, a file each."""
