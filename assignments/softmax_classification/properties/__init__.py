"""What any right code fulfils."""
