"""Forms of the audit pages."""
