"""Tests of the engine, of the strategies, and of the suite's own strength."""
