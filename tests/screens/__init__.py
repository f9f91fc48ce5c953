"""Pictures of every page at three widths, in `var/screens/`: `python -m tests.screens`."""
