"""One submission, in any form, read into memory."""
