"""What each column of this app may hold. Text that people type about a situation is profile, whatever they type it for."""

from hub.core.fieldclass import Declared, FieldClass

IDENTIFYING, PROFILE = FieldClass.IDENTIFYING, FieldClass.PROFILE
PROCESS, TECHNICAL = FieldClass.PROCESS, FieldClass.TECHNICAL

FIELD_CLASSES: Declared = {
    "situations.Situation": {
        PROFILE: """subject_type age_band sex language town risk_factors protective_factors study_flags affected_persons
            note consent_status consent_reason conclusion_because returned_from""",
        PROCESS: """table originating_agency written_by stage number identity_open opening_basis written_at submitted_at
            passed_at tabled_at aer_at filter4_at clock_ends_at ended_at conclusion_group conclusion_reason redacted_at""",
        TECHNICAL: "id revision",
    },
    "situations.Screening": {
        PROFILE: "tried beyond_one_agency sent_back_because",
        PROCESS: "situation screener",
        TECHNICAL: "id",
    },
    # sealed
    "situations.Identity": {
        IDENTIFYING: "name date_of_birth address aliases guardian others",
        PROCESS: "situation agency shredded_at",
        TECHNICAL: "id",
    },
    "situations.BlindIndex": {IDENTIFYING: "digest", PROCESS: "table situation", TECHNICAL: "id"},
    # a threat narrative or a file reference can name somebody
    "situations.Grounds": {
        IDENTIFYING: "words",
        PROCESS: """situation agency recorded_by at basis pack affirmed minimum_necessary consent_expires_on
            emergency_ends_on""",
        TECHNICAL: "id binding",
    },
    # stopped by the guard and sealed until a second person has decided; the digest tells the same text again
    "situations.HeldText": {
        IDENTIFYING: "words digest text_digest",
        PROCESS: """table situation agency written_by for_chairs field kinds held_at state decided_by decided_at because""",
        TECHNICAL: "id binding",
    },
    # what the table says and decides
    "situations.AerCriterion": {PROFILE: "because holds", PROCESS: "situation criterion", TECHNICAL: "id"},
    "situations.Stance": {
        PROFILE: "reason went_on_because",
        PROCESS: "situation agency sitting kind withdrawn given_at",
        TECHNICAL: "id",
    },
    # that an agency serves the person is itself about the person
    "situations.Answer": {PROFILE: "kind offer", PROCESS: "situation agency basis given_at", TECHNICAL: "id"},
    "situations.Involvement": {PROCESS: "situation agency role asked_at accepted_at ended_at", TECHNICAL: "id"},
    "situations.Recusal": {PROCESS: "situation member at", TECHNICAL: "id"},
    "situations.Reportable": {PROFILE: "signs", PROCESS: "situation member agency at", TECHNICAL: "id"},
    # the plan
    "situations.PlanStep": {PROFILE: "text", PROCESS: "situation agency due_at done_at", TECHNICAL: "id"},
    "situations.Visit": {PROFILE: "who_goes place offer safety", PROCESS: "situation at", TECHNICAL: "id"},
    "situations.Contact": {
        PROFILE: "kind reached companions outcome consent_now",
        PROCESS: "situation agency member at",
        TECHNICAL: "id",
    },
    "situations.ServiceRecord": {PROFILE: "service status", PROCESS: "situation agency", TECHNICAL: "id"},
    "situations.ReportBack": {PROFILE: "line still_aer", PROCESS: "situation agency sitting at", TECHNICAL: "id"},
    # the ledger: ids, codes and times
    "situations.LedgerEntry": {
        PROCESS: "situation table at kind actor agency sitting basis detail",
        TECHNICAL: "id chain sequence form previous hash",
    },
    "situations.Recipient": {PROCESS: "entry situation member agency what position", TECHNICAL: "id"},
    "situations.Checkpoint": {
        PROCESS: "table sitting at",
        TECHNICAL: "id chains entries root leaves signature key public_key",
    },
    # oversight
    "situations.BreakGlass": {
        PROFILE: "reason",
        PROCESS: "situation member agency grounds basis opened_at expires_at ended_at",
        TECHNICAL: "id",
    },
    "situations.Notice": {PROCESS: "member table situation desk kind at seen_at mailed_at", TECHNICAL: "id"},
    # what came in from outside: days and codes; every word of it is sealed to the desk's agency
    "situations.IntakeDesk": {
        PROCESS: "table agency is_open takes_families read_within_days answer_within_days deleted_after_days",
        TECHNICAL: "id",
    },
    "situations.Referral": {
        IDENTIFYING: "answers",
        PROCESS: """desk agency door from_member from_agency language pile stage received_on passed_on reissued_on is_emergency
            claimed_by read_on escalated_on consent_to_tell consent_on situation closing closed_on deleted_from""",
        TECHNICAL: "id binding receipt",
    },
    "situations.ReferralMessage": {
        IDENTIFYING: "text",
        PROCESS: "referral number member written_on read_on about_person",
        TECHNICAL: "id binding",
    },
    "situations.ReferralGrounds": {IDENTIFYING: "words", PROCESS: "referral agency entry", TECHNICAL: "id binding"},
    # an agency's own file reference leads to the person in that agency's files
    "situations.LegalHold": {
        PROFILE: "reference",
        PROCESS: "situation agency set_by set_at lifted_by lifted_at",
        TECHNICAL: "id",
    },
    "situations.Suspension": {
        PROFILE: "reference",
        PROCESS: "situation agency official_agency written starts_on until recorded_by",
        TECHNICAL: "id",
    },
    "situations.Certificate": {PROCESS: "situation entry why at document", TECHNICAL: "id key signature public_key"},
}

KEYED_DIGESTS = ("situations.BlindIndex.digest", "situations.HeldText.digest", "situations.HeldText.text_digest")
"""Identifying, and not ciphertext: nothing can be opened with it, and without the key nothing can be compared with it."""
