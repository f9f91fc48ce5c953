"""What each column of this app may hold."""

from hub.core.fieldclass import Declared, FieldClass

PROCESS, TECHNICAL = FieldClass.PROCESS, FieldClass.TECHNICAL

FIELD_CLASSES: Declared = {
    "conferences.Conference": {PROCESS: "table scheduled_for place sitting projector_blank", TECHNICAL: "id revision"},
    "conferences.AgendaItem": {
        PROCESS: "conference situation position kind state result seconds_used running_since",
        TECHNICAL: "id",
    },
    # about gaps in help, apart from any situation: it names nobody
    "conferences.SystemicIssue": {
        PROCESS: "table conference raised_by noted_by owner title text next_step state raised_at",
        TECHNICAL: "id",
    },
}
