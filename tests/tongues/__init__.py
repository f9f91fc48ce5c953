"""The words of pages for anybody in every language: where they stand, and their catalogues.

`python -m tests.tongues` brings the catalogues in hub/locale up to date and compiles them; what is not translated yet is left
empty there, and tests/hub/test_tongues.py fails until it is filled in.
"""
