"""The next version of HubTable, as far as a rolling deploy is concerned: a column more, and code that reads and writes it."""
