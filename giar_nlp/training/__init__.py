"""A corpus to a model."""
