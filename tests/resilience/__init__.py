"""Real processes, real faults, and a record of what people did and saw that is checked against the database afterwards."""
