"""Print without end while this file is imported."""

while True:
    print("importing " * 100)
