"""The patterns by which text gives somebody away, as data: what to look for, and what only looks like it.

Rules alone see structure and capital letters. They do not know names: a lower-case name without a cue passes.
"""

import re

# Each repetition below is bounded or over a class that its follower cannot match: no input makes matching slow.
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
_ORDINAL = (
    r"(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth"
    r"|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth|twenty-\w{4,7}|thirtieth|thirty-first)"
)
_DIGIT_WORD = r"(?:zero|oh|one|two|three|four|five|six|seven|eight|nine)"
_STREET = (
    r"(?:street|st|avenue|ave|road|rd|lane|ln|drive|dr|court|ct|circle|cir|place|pl|terrace|ter|boulevard|blvd"
    r"|highway|hwy|parkway|pkwy|square|sq|way|alley|row|wharf|turnpike|pike)"
)
_BUILDING = (
    r"(?:Gardens?|Apartments?|Apts|Towers?|Terrace|Manor|Village|Heights|Commons|Estates|Arms|House|Lodge|Motel|Hotel"
    r"|Inn|Shelter|Church|Parish|Mosque|Temple|Synagogue|Projects|Homes|Residences?|Place|Park|Plaza|Mall|Field|Salon"
    r"|Pizza|Market|Laundromat|Cafe|Diner|Bakery)"
)
_SCHOOL = r"(?:Elementary|Middle|High|Academy|Charter|Prep|Vocational|Tech|Preschool|Kindergarten|School|Daycare)"
_CAP = r"[^\W\d_a-z]\w{0,30}(?:['\u2019-]\w{1,30}){0,3}"
_OF_TIME = r"(?:days?|nights?|minutes?|mins?|hours?|hrs?|weeks?|months?|meetings?|percent|%|degrees?|dollars?|miles?)"
_FILLER = (
    r"(?:who|too|then|also|now|however|though|once|afraid|alone|aged?|angry|ill|sick|deaf|blind|and|but|which|whose|still"
    r"|again|himself|herself|both)"
)
_WORDED = (
    r"(?!(?:in|on|off|at|the|a|an|of|to|for|from|and|or|per|times?|men|women|people|down|up|across)\b)"
    r"[\w'\u2019.-]{2,20}"
)

_SHORT_TITLE = r"Mr|Mrs|Ms|Mx|Dr|Prof|Ofc|Det|Sgt|Lt|Capt|Atty|Fr|Rev|Sra?"
_TITLE = (
    r"Mister|Miss|Doctor|Professor|Officer|Detective|Sergeant|Lieutenant|Captain|Chief|Trooper|Deputy|Judge|Attorney|Coach"
    r"|Principal|Nurse|Counselor|Counsellor|Teacher|Pastor|Father|Reverend|Sister|Imam|Rabbi|Deacon|Worker|Caseworker"
    r"|Clinician|Landlord|Do[nñ]a?|Se[nñ]ora?|Madame|Mme"
)
_KIN = (
    r"aunt|auntie|uncle|grandmother|grandma|gma|grandfather|grandpa|gpa|nana|mother|mom|mum|father|dad|son|daughter"
    r"|brother|sister|twin|cousin|nephew|niece|husband|wife|spouse|boyfriend|bf|girlfriend|gf|partner|ex|fianc[eé]e?"
    r"|step(?:father|dad|mother|mom|son|daughter|brother|sister)|godmother|godfather|guardian|baby|child|kid|toddler"
    r"|friend|neighbor|roommate|t[ií][ao]|abuel[ao]|mam[aá]|pap[aá]|herman[ao]|av[oó]|irm[aã]o?"
)
# Somebody is meant: words that follow a name, and seldom a thing, at the start of a sentence.
_DEED = (
    r"(?:said|says|told|tells|asked|refused|refuses|denied|denies|admits|admitted|wants|lives|sleeps|cried|cries|threatened"
    r"|attends|drinks|uses|hit|punched|kicked|walked|disclosed|feels|believes|thinks|knows|texted|posted|agreed|signed)"
)
# Things do these as well, so they tell only for words that are known to be names.
_MOVE = (
    r"(?:called|ran|went|got|moved|reports|reported|stopped|started|turned|lost|left|came|stays|stayed|works"
    r"|keeps|gets)"
)
_STATE = r"(?:is|was|has|had|will|does|did|can't|won't|isn't|doesn't|hasn't|didn't)"


def _rule(kind: str, pattern: str, flags: int = re.IGNORECASE) -> tuple[str, re.Pattern[str]]:
    return kind, re.compile(pattern, flags)


# (kind, pattern): the group "it" is the finding where there is one, else the whole match.
STRUCTURE: tuple[tuple[str, re.Pattern[str]], ...] = (
    _rule("email", r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}"),
    _rule("email", r"\b[\w.+-]{1,64} at [\w-]{1,63} dot (?:com|org|net|edu)\b"),
    _rule("url", r"\b(?:https?://|www\.)\S{3,200}"),
    _rule("url", r"(?<![@\w.-])[\w-]{2,63}\.(?:com|org|net|edu|gov|io|me|tv|gg)\b(?:/\S{0,200})?"),
    _rule("handle", r"(?<![\w@.])@[a-z_][\w.]{1,40}\w"),
    _rule(
        "handle",
        r"\b(?:insta(?:gram)?|ig|snap(?:chat)?|tik ?tok|discord|twitter|facebook|fb|xbox|psn|gamertag"
        r"|username|handle)\b"
        r"(?:\s+(?:name|handle|tag|account))?\s*(?:is\s+|as\s+|:\s*|=\s*)(?P<it>(?=\w{0,40}[\d_.])[\w.]{2,40}\w)",
    ),
    _rule(
        "handle",
        r"\bon (?:insta(?:gram)?|ig|snap(?:chat)?|tik ?tok|discord|twitter|facebook|fb) as (?P<it>[\w.]{2,40}\w)",
    ),
    _rule("ssn", r"\b\d{3}[- ]\d{2}[- ]\d{4}\b"),
    _rule("ssn", r"\b(?:ssn|social(?: security)?(?: (?:number|no\.?|#))?)\b[^\d\n.]{0,24}(?P<it>\d{4}\b|\d{9}\b)"),
    _rule("phone", r"(?<![\w-])(?:\+?1[ .-]?)?(?:\(\d{3}\)|\d{3})[ .-]?\d{3}[ .-]\d{4}(?:\s?(?:x|ext\.?)\s?\d{1,5})?\b"),
    _rule("phone", r"(?<![\w-])\(?[2-9]\d{2}\)?[2-9]\d{6}\b"),
    _rule("phone", r"(?<![\w-])[2-9]\d{2}[-.]\d{4}\b(?![-/]\d)"),
    _rule("phone", rf"\b{_DIGIT_WORD}(?:[ ,-]{{1,3}}{_DIGIT_WORD}){{6,10}}\b"),
    _rule("phone", r"\bext(?:ension|\.)?\s?#?(?P<it>\d{2,6})\b"),
    _rule("date", r"(?<![\d/.-])\d{1,2}([/.-])\d{1,2}\1(?:\d{4}|\d{2})\b(?![/.-]\d)"),
    _rule("date", r"\b(?:19|20)\d{2}([/.-])\d{1,2}\1\d{1,2}\b"),
    _rule("date", rf"\b(?!may \d)(?:{_MONTH})\.? \d{{1,2}}(?:st|nd|rd|th)?\b(?!:)(?:,? (?:19|20)\d{{2}}\b)?"),
    _rule("date", r"(?:(?<=[a-z,] )May \d{1,2}|\bMay \d{1,2}(?:st|nd|rd|th|,? (?:19|20)\d{2}))\b", 0),
    _rule("date", rf"\b\d{{1,2}}(?:st|nd|rd|th)?[ -](?:of )?{_MONTH}\b\.?(?:,?[ -]\d{{4}}\b)?"),
    _rule("date", rf"\b{_MONTH} (?:the )?{_ORDINAL}\b|\b{_ORDINAL} of {_MONTH}\b"),
    _rule(
        "date",
        r"\b(?:dob|d\.o\.b\.?|birth ?da(?:te|y)|bday|born(?: on)?)\b[^\w\n]{0,4}(?:is )?(?P<it>\d{1,2}[/.-]\d{1,4}\b)",
    ),
    _rule("age", r"\b(?:9\d|1[01]\d)[\s-]?(?:years?[\s-]old|y/?o\b|yrs?\b|-?year-old)"),
    _rule(
        "age",
        rf"\b(?:(?:s?he|who|{_KIN}) (?:is|was)(?: now| nearly| almost)?|turn(?:s|ed|ing)|age[ds]?) "
        rf"(?P<it>9\d|1[01]\d)\b(?!\s?{_OF_TIME}|[.,:/-]\d)",
    ),
    _rule("age", rf"\bninety(?:[\s-](?:one|two|three|four|five|six|seven|eight|nine))?\b(?![\s-](?:\w+ )?{_OF_TIME})"),
    _rule("age", r"\b(?:in (?:his|her|their) )(?:early |mid |late |mid-)?(?P<it>90s|nineties)\b"),
    _rule("age", r"\b(?:a|one) hundred(?: and \w{3,10})? years old\b"),
    _rule(
        "plate",
        r"\b(?:licen[cs]e )?plates?\b[^\n.;]{0,16}?\b(?P<it>(?=[a-z\d -]{0,6}\d)[a-z\d]{1,4}[ -]?[a-z\d]{2,4})\b",
    ),
    _rule("plate", r"\b(?:\d[A-Z]{2,3} ?\d{2,3}|\d{3} ?[A-Z]{2}\d|\d{3}[- ][A-Z]{3})\b", 0),
    _rule(
        "record",
        r"\b(?:mrn|medical record|record|docket|case|incident|report|account|acct|licen[cs]e|student|member|policy"
        r"|booking|warrant|badge|masshealth|medicaid|reference|ref|file|id|ein|cad)\b(?: (?:id|card))?\s*"
        r"(?:no\.?|number|num\.?|nr\.?|#|id)?\s*(?:is |was )?[:#]?\s*"
        r"(?!20\d\d-\d{4}\b)(?P<it>[a-z]{0,4}(?=[\d-]{5})\d[\w-]{3,20})\b",
    ),
    _rule("record", r"\bA[-# ]?\d{8,9}\b|\b\d{4}(?:CR|CV|JV|DL|CP|PR|SC|RO)\d{3,6}\b|\b[A-HJ-NPR-Z\d]{17}\b", 0),
    _rule("record", r"(?<![\w-])\d{7,14}\b"),
    _rule("record", r"\b(?:\d{1,3}\.){3}\d{1,3}\b"),
    _rule("address", rf"\b\d{{1,5}}[a-z]?(?:-\d{{1,4}})?\s(?:[nsew]\.?\s)?(?:{_WORDED}\s){{1,3}}{_STREET}\b"),
    _rule("address", rf"\b(?:{_CAP}\s){{1,2}}(?:(?i:{_STREET})\b)", 0),
    _rule("address", rf"\b(?:at|of|on|near|by|corner of) (?P<it>{_CAP} (?:and|&) {_CAP})(?! (?:North|South|Health))", 0),
    _rule("address", r"\b(?:apt|apartment|unit|suite|rm)\.?\s?#?\d{1,5}[a-z]?\b|\bp\.?o\.? box \d+"),
    _rule("address", r"(?<![\w.$-])0[12]\d{3}(?:-\d{4})?\b"),
    _rule("place", rf"\b(?:{_CAP}\s){{1,3}}{_SCHOOL}\b(?:\sSchool\b)?", 0),
    _rule("place", rf"\b(?:{_CAP}\s){{1,3}}{_BUILDING}\b", 0),
    _rule("name", rf"\b(?i:(?:{_SHORT_TITLE})\b\.?|(?:{_TITLE})\b) (?P<it>(?:[^\W\d_a-z]\. ?)?{_CAP}(?:[ ]{_CAP})?)", 0),
    _rule("name", r"\b(?:(?:mr|mrs)\b\.?|(?:ms|dr)\.) (?P<it>[^\W\d_]{3,}(?:-\w+)?)"),
    _rule("name", rf"\b(?:{_SHORT_TITLE}|{_TITLE}|{_KIN})[ ](?P<it>[^\W\d_]\.[ ]?[^\W\d_]{{2,}}(?:-\w+)?)"),
    _rule("name", rf"\b(?i:by|name|contact|client|patient|subject|re): (?P<it>{_CAP}(?: {_CAP})?)", 0),
    _rule("name", rf"\b(?i:{_KIN})'?s?[,:]?[ ](?P<it>{_CAP}(?:[ ]{_CAP})?)", 0),
    _rule(
        "name",
        rf"\b(?:{_KIN}|name) is (?P<it>(?!(?:a|an|the|in|on|at|not|no|now|very|also|his|her|out|so|too|still)\b)"
        r"[^\W\d_]{3,20} [^\W\d_]{3,20})(?=,? (?:ph|phone|tel|dob|age|\d))",
    ),
    _rule(
        "name",
        r"\b(?:aka|a\.k\.a\.?|alias|nicknamed|se llama|goes by)[ ][\"“']?"
        r"(?P<it>(?!(?:a|an|the|bus|train|his|her)\b)[^\W\d_]{2,}(?:[ ][^\W\d_a-z]\w+)?)",
    ),
    _rule("name", rf"\b(?i:named|called|name is|known as|answers to)[ ][\"“']?(?P<it>{_CAP}(?:[ ]{_CAP})?)", 0),
    _rule("name", r"(?<![\w.])(?!U\.S)[^\W\d_a-z]\.[ ]?(?:[^\W\d_a-z]\.[ ]?)?[^\W\d_a-z][a-zà-ÿ]\w*", 0),
    # Lower-case names have only their place in the sentence to be known by.
    _rule(
        "name",
        rf"\b(?:his|her|their|my|the) (?:{_KIN}), (?P<it>(?!{_FILLER}\b)[^\W\d_]{{3,15}}(?<!ly)(?<!ed)(?<!ing)),",
    ),
    _rule("name", r"\b(?P<it>[A-Z]{3,}(?:-[A-Z]+)?, [A-Z]{3,})\b(?=[^a-z]{6})", 0),
)

TOKEN = re.compile(r"[^\W_]\w{0,30}(?:['\u2019-]\w{1,30}){0,3}")
# Capitalised words in a row, with the small words that stand inside names.
RUN = re.compile(rf"{_CAP}(?:(?: (?:de|da|do|dos|das|del|la|van|von|bin|al|el|St\.))? {_CAP}){{0,5}}")
SENTENCE_START = re.compile(r"(?:\A|\n|\n ?[-*•\u2013]|\A[-*•\u2013]|[.!?:]|\bSt\.)[\s(]*[\"“\u2018'(]?\Z")
LETTERS = re.compile(r"[^\W\d_]+(?:[\u0300-\u036f]+[^\W\d_]*)*")
LONGEST_ACRONYM = 5
SHOUTED_SHARE = 0.6

AFTER_PERSON = re.compile(
    rf"(?:,? ?\(?(?:age )?\d{{1,2}}[),]| and (?:his|her|their) (?:{_KIN})\b| (?:and|&) {_CAP}"
    rf"|['\u2019]s? (?:{_KIN})\b| {_DEED}\b)"
)
AFTER_AMBIGUOUS = re.compile(rf"(?: (?:{_DEED}|{_MOVE}|{_STATE})(?!\w)|['\u2019]s (?:{_KIN})\b)")
