"""A press decides once: whoever sends the same press again, because no answer came, decides nothing a second time.

Every form sends a key with it. The key's row is written in the transaction of the request's first verb, so that either both
are there or neither; a second request with the same key meets that row and is answered with the state as it is now.
"""
