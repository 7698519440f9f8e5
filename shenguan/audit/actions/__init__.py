"""Writing entries and sealing them."""
