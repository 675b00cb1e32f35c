"""Result formats of course platforms and CI systems, one module each."""
