"""Telling people, and sending what waits in the outbox."""
