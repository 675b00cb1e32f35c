"""Forks, pipes and CPU affinity, independent of what they are used for."""
