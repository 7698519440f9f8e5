"""Template tags of the approval pages."""
