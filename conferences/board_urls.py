"""The live board's addresses, below /conferences/<key>/."""

from django.urls import path

from conferences.views import board

urlpatterns = [
    path("<int:key>/board/", board.board, name="board"),
    path("<int:key>/projector/", board.projector, name="projector"),
    path("<int:key>/panels/", board.panels, name="board_panels"),
    path("<int:key>/items/<int:item>/identity/", board.read_identity, name="board_identity"),
    path("<int:key>/items/<int:item>/forms/<slug:name>/", board.item_form, name="board_form"),
    path("<int:key>/items/<int:item>/basis/", board.basis, name="board_basis"),
    path("<int:key>/items/<int:item>/check/", board.check, name="board_check"),
    path("<int:key>/steer/check/", board.check_issue, name="board_check_issue"),
    path("<int:key>/items/<int:item>/<slug:action>/", board.act, name="board_act"),
    path("<int:key>/steer/<slug:what>/", board.steer, name="board_steer"),
]
