"""Machine interface of the supervision side (CONTRACT §3)."""
