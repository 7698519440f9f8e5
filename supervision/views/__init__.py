"""Pages of the supervision side."""
