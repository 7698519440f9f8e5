"""Pages of the approval side. Views read, call one action and answer; rules live in policies.py and actions/."""
