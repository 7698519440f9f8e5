"""Questions about the linkage; nothing here writes."""
