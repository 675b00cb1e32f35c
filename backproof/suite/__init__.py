"""Properties, collected and run by pytest."""
