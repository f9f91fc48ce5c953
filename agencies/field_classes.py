"""What each column of this app may hold. Staff and institutions: nobody who is talked about stands here."""

from hub.core.fieldclass import Declared, FieldClass

PROCESS, TECHNICAL = FieldClass.PROCESS, FieldClass.TECHNICAL

FIELD_CLASSES: Declared = {
    "agencies.Agency": {
        PROCESS: "key name short_name sector regimes towns phone address screens",
        TECHNICAL: "id",
    },
    "agencies.Member": {
        PROCESS: "email name position agency is_active is_administrator joined_at last_login",
        TECHNICAL: "id password",
    },
    "agencies.AgencyRole": {PROCESS: "member role started_on ended_on", TECHNICAL: "id"},
    "agencies.Table": {
        PROCESS: """slug name protocol region mission place recurrence starts_at minutes_planned identity_opens_at_filter
            filter3_identifiers shows_positive_answers response_clock_hours minutes_per_situation quorum_seats
            retention_days small_cell_threshold repeat_flag_months category_only""",
        TECHNICAL: "id",
    },
    "agencies.TableRole": {PROCESS: "table member role started_on ended_on", TECHNICAL: "id"},
    "agencies.Seat": {PROCESS: "table agency opened_on ended_on", TECHNICAL: "id"},
    "agencies.Agreement": {PROCESS: "table agency title signed_by in_force_from in_force_until", TECHNICAL: "id"},
    "agencies.Pledge": {PROCESS: "table member day affirmed_at given recorded_by", TECHNICAL: "id"},
    "agencies.Sitting": {PROCESS: "table opened_at closed_at presides offered_to", TECHNICAL: "id"},
    "agencies.Attendance": {PROCESS: "sitting member agency arrived_at left_at", TECHNICAL: "id"},
}
