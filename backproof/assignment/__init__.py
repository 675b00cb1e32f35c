"""The files that an instructor writes: configuration, misconceptions, demos and the template."""
