"""Signed webhooks (CONTRACT §4): CloudEvents in Standard Webhooks clothes."""
