"""Looking for what was lost on the way, and computing what two sides compare. Reads only; `actions` write."""
