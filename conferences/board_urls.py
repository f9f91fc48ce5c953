"""The live board's addresses, below /conferences/<key>/."""

from django.urls import path

from conferences.views import board

urlpatterns = [
    path("conferences/<int:key>/board/", board.board, name="board"),
    path("conferences/<int:key>/projector/", board.projector, name="projector"),
    path("conferences/<int:key>/panels/", board.panels, name="board_panels"),
    path("conferences/<int:key>/items/<int:item>/identity/", board.read_identity, name="board_identity"),
    path("conferences/<int:key>/items/<int:item>/forms/<slug:name>/", board.item_form, name="board_form"),
    path("conferences/<int:key>/items/<int:item>/<slug:action>/", board.act, name="board_act"),
    path("conferences/<int:key>/steer/<slug:what>/", board.steer, name="board_steer"),
]
