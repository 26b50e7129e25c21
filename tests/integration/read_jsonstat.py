# SPDX-License-Identifier: Apache-2.0
"""Reads a JSON-stat dataset from standard input with another's library (pyjstat), and prints how many rows it has and
the sum of their values; exits 77 where the library is not installed."""
import sys

try:
    from pyjstat import pyjstat
except ImportError:
    sys.exit(77)
table = pyjstat.Dataset.read(sys.stdin.read()).write("dataframe")
print(len(table), int(table["value"].sum()))
