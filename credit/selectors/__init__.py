"""Questions the pages and other apps ask about credit."""
