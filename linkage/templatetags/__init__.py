"""Template tags of the linkage pages."""
