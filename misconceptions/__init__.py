"""What people get wrong: each a named wrong variant of one function of the contract.

The first sentence of a docstring is what a student who made the mistake is told.
"""
