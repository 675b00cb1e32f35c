"""Result formats of course platforms and CI, one module each."""
