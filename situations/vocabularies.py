"""The short word lists of a situation: code to name, in the order in which they are offered.

Codes are stored and never change; names are shown, and translated late. Conclusions and service statuses use the
product's own words for the Ontario list's entries.
"""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Names = Mapping[str, str | Promise]

SUBJECT_TYPES: Names = {
    "person": _("Person"),
    "family": _("Family"),
    "group": _("Group"),
    "location": _("Location"),
}

AGE_BANDS: Names = {
    "0_5": "0-5",
    "6_11": "6-11",
    "12_17": "12-17",
    "18_24": "18-24",
    "25_29": "25-29",
    "30_39": "30-39",
    "40_59": "40-59",
    "60_plus": "60+",
}

SEXES: Names = {
    "male": _("Male"),
    "female": _("Female"),
    "x": _("X / other"),
    "unknown": _("Unknown / prefer not to say"),
}

CONCLUSION_GROUPS: Names = {
    "risk_lowered": _("Risk lowered"),
    "still_aer": _("Still AER"),
    "rejected": _("Rejected"),
    "other": _("Other"),
}

CONCLUSIONS: Mapping[str, Names] = {
    "risk_lowered": {
        "connected_to_services": _("Connected to services"),
        "connected_personal_supports": _("Connected to personal supports"),
        "through_no_action": _("Through no action of the table"),
        "connected_other_jurisdiction": _("Connected in another jurisdiction"),
    },
    "still_aer": {
        "informed_of_services": _("Informed of services"),
        "refused_services": _("Refused services"),
        "systemic_issue": _("Systemic issue"),
        "relocated": _("Relocated without connection"),
    },
    "rejected": {
        "not_aer": _("Not AER"),
        "single_agency": _("One agency can address it"),
        "already_connected": _("Already connected to fitting services"),
        "originator_options": _("Originator has not tried its own means"),
    },
    "other": {
        "deceased": _("Deceased"),
        "unable_to_locate": _("Unable to locate"),
        "new_information_no_aer": _("New information shows not AER"),
    },
}

SERVICE_STATUSES: Names = {
    "informed": _("Informed"),
    "offered": _("Offered"),
    "connected": _("Connected"),
    "engaged": _("Engaged"),
    "refused": _("Refused"),
    "no_service": _("Not available"),
}

STUDY_FLAGS: Names = {
    "acquired_brain_injury": _("Acquired brain injury"),
    "child_involved": _("Child involved"),
    "cognitive_disability": _("Cognitive disability"),
    "cultural_considerations": _("Cultural considerations"),
    "custody_child_welfare": _("Custody issues/child welfare"),
    "developmental_disability": _("Developmental disability"),
    "domestic_violence": _("Domestic violence"),
    "fire_safety": _("Fire safety"),
    "fasd": _("Fetal alcohol spectrum disorder"),
    "gaming_internet": _("Gaming/internet addiction"),
    "gender_issues": _("Gender issues"),
    "geographic_isolation": _("Geographical isolation"),
    "hoarding": _("Hoarding"),
    "homelessness": _("Homelessness"),
    "human_trafficking_risk": _("Risk of human trafficking"),
    "inappropriate_sexual_behaviour": _("Inappropriate sexual behaviour"),
    "language_barrier": _("Language/communication barrier"),
    "learning_disability": _("Learning disability"),
    "opioid_use": _("Problematic opioid use"),
    "recent_escalation": _("Recent escalation"),
    "recidivism": _("Recidivism"),
    "losing_housing": _("Risk of losing housing/unsafe living conditions"),
    "radicalization": _("Risk of radicalization"),
    "settlement": _("Settlement challenges"),
    "sex_trade": _("Sex trade"),
    "social_isolation": _("Social isolation"),
    "social_media": _("Social media"),
    "transportation": _("Transportation issues"),
    "trespassing": _("Trespassing"),
    "wait_list": _("Wait list"),
    "covid19": _("COVID-19"),
}

# ISO 639-1; the three last ones have no two-letter code but are spoken at Massachusetts tables (ISO 639-3).
LANGUAGES: Names = {
    "en": _("English"),
    "es": _("Spanish"),
    "pt": _("Portuguese"),
    "ht": _("Haitian Creole"),
    "zh": _("Chinese"),
    "vi": _("Vietnamese"),
    "km": _("Khmer"),
    "ar": _("Arabic"),
    "ru": _("Russian"),
    "fr": _("French"),
    "ak": _("Akan (Twi)"),
    "sq": _("Albanian"),
    "am": _("Amharic"),
    "hy": _("Armenian"),
    "bn": _("Bengali"),
    "bs": _("Bosnian"),
    "my": _("Burmese"),
    "fa": _("Dari or Persian"),
    "de": _("German"),
    "el": _("Greek"),
    "gu": _("Gujarati"),
    "ha": _("Hausa"),
    "he": _("Hebrew"),
    "hi": _("Hindi"),
    "ig": _("Igbo"),
    "it": _("Italian"),
    "ja": _("Japanese"),
    "rw": _("Kinyarwanda"),
    "ko": _("Korean"),
    "ku": _("Kurdish"),
    "lo": _("Lao"),
    "ln": _("Lingala"),
    "lg": _("Luganda"),
    "ne": _("Nepali"),
    "ps": _("Pashto"),
    "pl": _("Polish"),
    "pa": _("Punjabi"),
    "ro": _("Romanian"),
    "so": _("Somali"),
    "sw": _("Swahili"),
    "tl": _("Tagalog"),
    "ta": _("Tamil"),
    "te": _("Telugu"),
    "th": _("Thai"),
    "ti": _("Tigrinya"),
    "tr": _("Turkish"),
    "uk": _("Ukrainian"),
    "ur": _("Urdu"),
    "wo": _("Wolof"),
    "yo": _("Yoruba"),
    "kea": _("Cape Verdean Creole"),
    "quc": _("K'iche'"),
    "ase": _("American Sign Language"),
}
