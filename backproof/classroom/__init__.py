"""Many submissions: resume, store, cluster."""
