"""Pages of the linkage: inbox, pushes, the coordinators' desk, the list, fragments for case pages, public pages."""
