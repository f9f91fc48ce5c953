"""The live board: one state of a conference, shown to each audience as panels.

`state` reads it, `face` says who looks, `panels` renders, `relay` sends. No panel can hold an identifier: panels are made
from projections, and projections have none.
"""
