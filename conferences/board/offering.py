"""Services of the directory that fit the situation in hand, at filter 4: asked once a snapshot, whoever looks."""

from conferences.board.face import Face
from situations import mobilising


def offers(face: Face) -> tuple[mobilising.Offer, ...]:
    """What fits, for who may see the profile. The projector has no panel that asks."""
    situation, shown = face.state.situation, face.projection
    if situation is None or shown is None or not shown.profile:
        return ()
    table = face.state.table
    return face.state.once(("services", situation.pk), lambda: mobilising.fitting(situation, shown, table.towns))
