"""Cases drawn once, recorded, and replayed on every submission."""
