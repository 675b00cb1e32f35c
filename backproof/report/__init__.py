"""Reports: one format a file, all rendered from a ``Grade``."""
