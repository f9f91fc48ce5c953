"""Figures of HubTable, one JSON object a line: `python -m tests.bench [NAME]`. What they mean: docs/performance.md."""
