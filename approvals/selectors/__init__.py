"""Reading: what pages, the API and periodic jobs ask for. Nothing here writes."""
