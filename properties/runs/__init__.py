"""Runs of a submission's optimizers and training, and the assertions on them."""
