"""Random members of random agencies doing random things; after each, everything that anybody received is judged."""
