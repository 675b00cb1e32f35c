"""What an instructor writes: configuration, misconceptions, demos, template."""
