"""What each column of this app may hold. Staff and institutions: nobody who is talked about stands here."""

from hub.core.fieldclass import Declared, FieldClass

PROCESS, TECHNICAL = FieldClass.PROCESS, FieldClass.TECHNICAL

FIELD_CLASSES: Declared = {
    "agencies.Agency": {
        PROCESS: "key name short_name sector kind regimes towns phone crisis_line address screens",
        TECHNICAL: "id",
    },
    "agencies.Member": {
        PROCESS: """email name position agency is_active is_administrator joined_at last_login locked_at disabled_at
            released_at warned_at grace_ended_at""",
        TECHNICAL: "id password",
    },
    "agencies.AgencyRole": {PROCESS: "member role started_on ended_on", TECHNICAL: "id"},
    "agencies.Table": {
        PROCESS: """slug name protocol region mission towns coordinator is_public public_name public_email public_phone
            bringing_a_case quick_exit demands_training demands_yearly_pledge place recurrence starts_at minutes_planned
            identity_opens_at_filter filter3_identifiers shows_positive_answers response_clock_hours minutes_per_situation
            quorum_seats retention_days small_cell_threshold repeat_flag_months category_only""",
        TECHNICAL: "id",
    },
    "agencies.TableRole": {PROCESS: "table member role started_on ended_on", TECHNICAL: "id"},
    # words of no person: who keeps the list has looked at each; a suggestion that nobody put on it is deleted with its history
    "agencies.AllowedPhrase": {
        PROCESS: "table phrase kind suggested_by added_by added_on ended_on",
        TECHNICAL: "id",
    },
    "agencies.Seat": {PROCESS: "table agency opened_on ended_on", TECHNICAL: "id"},
    "agencies.Agreement": {PROCESS: "table agency title signed_by in_force_from in_force_until", TECHNICAL: "id"},
    "agencies.Pledge": {PROCESS: "table member day affirmed_at given recorded_by", TECHNICAL: "id"},
    "agencies.Sitting": {PROCESS: "table opened_at closed_at presides offered_to", TECHNICAL: "id"},
    "agencies.Attendance": {PROCESS: "sitting member agency arrived_at left_at", TECHNICAL: "id"},
    "agencies.Invitation": {
        PROCESS: "email name position agency roles sent_at expires_at accepted_at withdrawn_at member",
        TECHNICAL: "id token_hash",
    },
    "agencies.SignInFailure": {PROCESS: "member at cleared_at", TECHNICAL: "id"},
    "agencies.SignIn": {PROCESS: "member at acknowledged_at", TECHNICAL: "id banner_hash"},
    "agencies.SingleSignOn": {
        PROCESS: "agency key name issuer client_id domains trusts_its_mfa demands_mfa is_active",
        TECHNICAL: "id secret",
    },
    "agencies.AccountReview": {PROCESS: "signed_by signed_at year accounts", TECHNICAL: "id text_hash"},
    "agencies.AgencyContact": {PROCESS: "agency kind name position email phone ended_on", TECHNICAL: "id"},
    "agencies.Joining": {
        PROCESS: "table agency state asked_by asked_at message decided_by decided_at because seat",
        TECHNICAL: "id",
    },
    "agencies.Leaving": {PROCESS: "seat by at because roles", TECHNICAL: "id"},
    "agencies.Document": {
        PROCESS: """table agency kind template template_version version filled text state in_force_from in_force_until
            prepared_by prepared_at sent_at signatory_name signatory_position signatory_email token_expires_at supersedes
            withdrawn_because agreement""",
        TECHNICAL: "id text_hash token_hash",
    },
    "agencies.Signature": {
        PROCESS: "document how name position affirmed signed_on entered_at member kept_by entered_by",
        TECHNICAL: "id text_hash",
    },
    "agencies.YearlyPledge": {PROCESS: "table member signed_at valid_until name_typed text", TECHNICAL: "id text_hash"},
    "agencies.Reminder": {PROCESS: "agreement document days_ahead sent_at", TECHNICAL: "id"},
    "agencies.Training": {
        PROCESS: "member kind title completed_on expires_on given_by recorded_by",
        TECHNICAL: "id",
    },
    "agencies.ServiceImport": {PROCESS: "by at file_name added changed ended report", TECHNICAL: "id file_hash"},
    "agencies.Service": {
        PROCESS: """key name organisation agency type description age_from age_to languages hours always_open phone
            more_phones address more_addresses website eligibility after_hours everywhere public_crisis crisis_order is_active
            search_text imported""",
        TECHNICAL: "id",
    },
    "agencies.ServiceTown": {PROCESS: "service town", TECHNICAL: "id"},
    "agencies.ServiceNeed": {PROCESS: "service need", TECHNICAL: "id"},
}
