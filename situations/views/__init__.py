"""The pages of situations, by screen."""
