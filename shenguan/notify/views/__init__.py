"""Pages of the bell and the outbox."""
