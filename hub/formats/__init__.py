"""How days and times are written, by language; a module of this name for each is what Django looks for."""
