"""The object that properties call, and the exceptions that it raises."""
