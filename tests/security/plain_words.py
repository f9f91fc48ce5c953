"""Markers that the guard lets pass: ordinary words in a row that nobody writes, so that each still says what leaked.

Hyphens hold a row together wherever it is shown, cut at blanks, stored or put into an address.
"""

ROW = "velvet-{}-linen"
NOUNS = {
    # fields and moments whose own names are no words, or are what somebody does
    "tried": "attempt", "sentback": "return", "goon": "onward", "whogoes": "visitors", "visitoffer": "parcel",
    "takenback": "undoing", "ready": "shelf", "tabled": "table", "talked": "talk", "sealed": "wax", "opened": "door",
    "acting": "deed", "concluded": "ending", "redacted": "gap",
}  # fmt: skip
DIGITS = ("basket", "button", "candle", "curtain", "kettle", "ladder", "pillow", "plum", "ribbon", "spoon")


def row(*words: str) -> str:
    """One marker of these words, each said as a noun."""
    return ROW.format("-".join(NOUNS.get(one, one) for one in words))


def counted(number: int) -> str:
    """A number in words, one a digit, each number in a way of its own."""
    return "-".join(DIGITS[int(digit)] for digit in str(number))
