"""Lists from files: every kind of table a city keeps in CSV or Excel, brought into the catalogue row by row.

`reader` turns a file into rows with line numbers, one module per kind says what the columns mean, `engine` runs a kind
over a table: convert, check, compare, write, and account for every row. The package may import every app because it
stands on the top floor.
"""
