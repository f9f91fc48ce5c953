"""What families, the person, and partner agencies bring: the public door, the intake desk, and what lies between them.

A referral is sealed to one agency, whose desk reads it. No page of this package knows an address or a browser of a family, no
record holds a time of day of theirs, and nobody but the desk and the holder of the receipt ever sees a word of it.
"""
