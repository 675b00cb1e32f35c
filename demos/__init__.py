"""The lecture's figures, one module a figure, drawn by the reference or by a student's code.

A demo never imports the reference: what it measures, it measures on the ``code`` it is given.
"""
