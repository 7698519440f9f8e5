"""Uploads and generated documents. The app that owns a document writes its download view with its own access check."""
