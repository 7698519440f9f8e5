"""The only code that changes an application or a permit. Modules are nouns, functions verbs.

Every function takes `by`, runs in one transaction and does things in this order: permission, lock, scope, state by the
table, version, the rules of policies.py, write, audit, event. Numbers without gaps are taken as late as possible.
All raise NotAllowed (403), StateForbids or StaleVersion (409) and Invalid (422); docstrings name what comes on top.
"""
