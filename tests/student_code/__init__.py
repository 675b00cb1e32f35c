"""The tests of importing a submission from memory."""
