"""The lecture *Optimizing neural networks* as code: nine units of plain functions on arrays.

Each module is one unit of the assignment, and together they are the first submission that the
properties are run on.
"""
