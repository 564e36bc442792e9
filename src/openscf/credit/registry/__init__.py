"""The registry of models: versions, who judges from when under four eyes, and the scores that were given."""
