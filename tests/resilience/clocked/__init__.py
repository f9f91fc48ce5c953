"""A directory for PYTHONPATH: processes that find it there live by a clock that a drill can set."""
