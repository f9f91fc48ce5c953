"""The patterns by which numbers and addresses on line give somebody away, as data, and what all patterns share.

They read plain text in small letters (situations/deidentify_text.py): no accents, ASCII digits, straight quotes. What a word
means by itself is not known here; situations/deidentify_names.py knows.
"""

import re
from typing import NamedTuple

# Each repetition below is bounded, and each pattern begins where a word does: time grows with the length of the text alone.
_MES = (
    r"jen|enero|febrero|marzo|abril|mayo|junio|julio|agosto|sept?iembre|octubre|noviembre|diciembre|janeiro|fevereiro|marco|maio|junho|julho"
    r"|setembro|outubro|novembro|dezembro|janvye|fevriye|avril|jiye|septanm|oktob|novanm|desanm|janvier|fevrier|mars|mai|juin|juillet|aout"
    r"|septembre|octobre|novembre|decembre"
)
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
_MONTHS = (
    "jan",
    "feb",
    "mar",
    "apr",
    "may",
    "jun",
    "jul",
    "aug",
    "sep",
    "oct",
    "nov",
    "dec",
    "ene",
    "abr",
    "ago",
    "dic",
    "janv",
    "fev",
    "avr",
    "mai",
    "jui",
    "out",
    "set",
    "dez",
    "jiy",
    "okt",
    "des",
)
_ORDINAL = (
    r"(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth"
    r"|fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth|twenty[- ]\w{4,7}|thirtieth|thirty[- ]first)"
)
_COUNT = (
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
    r"|twenty(?:[- ]\w{3,5})?|thirty(?:[- ]one)?)"
)
_DIGIT_WORD = (
    r"(?:zero|oh|one|two|three|four|five|six|seven|eight|nine|double|triple|cero|uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve"
    r"|um|dois|duas|quatro|meia|sete|oito|nove|youn|twa|kat|senk|sis|uit|nef|\d)"
)
_OF_TIME = r"(?:days?|nights?|minutes?|mins?|hours?|hrs?|weeks?|wks?|months?|mos|meetings?|percent|%|degrees?|dollars?|miles?|times|mg|calls|beds|lbs|pounds)"
KIN = (
    r"(?:aunt|auntie|uncle|(?:great[- ]?)?grandmother|(?:great[- ]?)?grandma|gma|(?:great[- ]?)?grandfather|grandpa|gpa|nana|mother|mom|mum|father|dad|son|daughter"
    r"|brother|sister|twin|cousin|nephew|niece|husband|wife|spouse|boyfriend|bf|girlfriend|gf|partner|ex|fiancee?"
    r"|step(?:father|dad|mother|mom|son|daughter|brother|sister)|(?:mother|father|sister|brother|daughter|son)-in-law|godmother|godfather|guardian|baby|child|kid|toddler"
    r"|friend|neighbor|roommate|tia|tio|abuel[ao]|mama|papa|herman[ao]|avo|irmao?|prim[ao]|sobrin[ao]|hij[ao]|filh[ao]|tonton|matant|manman|gran)"
)
_PATIENT = (
    rf"(?:s?he|who|resident|tenant|patient|pt|client|clt|guest|caller|male|female|man|woman|lady|gentleman|elder|owner|occupant|widow|widower"
    rf"|veteran|vet|party|subject|subj|applicant|consumer|senor|senora|ella|ele|{KIN})"
)
_AT, _DOT = (
    r"\s?[\[({<]?\s?(?:@|\bat\b|\barroba\b)\s?[\])}>]?\s?",
    r"\s?[\[({<]?\s?(?:\.|\bdot\b|\bpunto\b|\bponto\b)\s?[\])}>]?\s?",
)
_SITE = r"(?:insta(?:gram)?|ig|snap(?:chat)?|tik ?tok|discord|twitter|facebook|fb|xbox|psn|whatsapp|telegram|kik|youtube|roblox|fortnite|threads|x|tt)"
_SITES = (
    "insta",
    "ig",
    "snap",
    "tik",
    "disc",
    "twit",
    "face",
    "fb",
    "xbox",
    "psn",
    "whats",
    "tele",
    "kik",
    "tube",
    "robl",
    "fort",
    "thre",
    "x ",
    "tt",
)
DIGIT = "0"


class Rule(NamedTuple):
    """The group "it" is the finding where there is one, else the whole match.

    Where ``words`` is not, an ordinary word in small letters is no finding ("calls him weak"). A text without any of ``needs`` (DIGIT stands for all ten) is not looked at; ``cased`` patterns read capital letters.
    """

    kind: str
    needs: tuple[str, ...]
    pattern: re.Pattern[str]
    cased: bool = False
    certain: bool = True
    words: bool = True


def rule(kind: str, pattern: str, *needs: str, cased: bool = False, certain: bool = True, words: bool = True) -> Rule:
    return Rule(kind, needs, re.compile(pattern), cased, certain, words)


ONLINE = (
    rule("email", r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,4}", "@"),
    rule("email", rf"(?<![\w.+-])[\w.+-]{{1,64}}{_AT}[\w-]{{1,63}}{_DOT}(?:com|org|net|edu|gov|us|io|me|br|example|test|invalid|info|co)\b", "dot", "punto", "ponto", "arroba", "("),
    rule("email", r"(?<![\w.+-])[\w.+-]{2,64} at (?:gmail|yahoo|hotmail|outlook|icloud|aol|comcast|verizon|proton(?:mail)?|live|msn)\b", "at "),
    rule("url", r"\b(?:https?://|www\.)\S{3,200}", "://", "www."),
    rule("url", r"(?<![@\w.-])[\w-]{2,63}(?:\.[\w-]{2,63}){0,2}\.(?:com|org|net|edu|gov|io|me|tv|gg|co|app|info|us|ly|be|example)\b(?:/\S{0,200})?", "."),
    rule("handle", r"(?<![\w@.])@(?=[\w.]{0,40}[a-z])[\w.]{2,40}", "@"),
    rule(
        "handle",
        rf"\b(?:{_SITE}|gamertag|username|user name|screen ?name|handle|usuario|cuenta|perfil)\b(?:\s+(?:name|handle|tag|account|user|username|page|profile|is))?\s*"
        r"(?:is\s+|as\s+|under\s+|by\s+|como\s+|es\s+|:\s*|=\s*|named\s+|called\s+|\()?[\"']?(?P<it>(?=\w{0,40}[\d_.])[\w.]{2,40}\w)",
        *_SITES, "tag", "user", "name", "handle", "usua", "cuent", "perf",
    ),
    rule("handle", rf"\b(?:on|en|no|sou) (?:{_SITE}|live|there) (?:as|under|como|named?) [\"']?(?P<it>(?!(?:a|an|the|if|well|soon|his|her|their)\b)[\w.]{{2,40}}\w)", *_SITES),
    # Codes of our own lists, such as basic_needs.unable, hold no digit; names used online without a cue mostly do.
    rule("handle", r"(?<![\w.'@/-])(?=[a-z._]{0,30}\d)(?=[\d_.]{0,12}[a-z])[a-z\d]{1,20}(?:[_.]{1,3}[a-z\d]{1,20}){1,4}(?![\w@])(?=\W)", "_", certain=False),
)  # fmt: skip

NUMBERS = (
    rule("ssn", r"(?<![\d-])\d{3}[- .]\d{2}[- .]\d{4}(?![\d-])", DIGIT),
    rule(
        "ssn",
        r"\b(?:ssn|s\.s\.n\.?|ss ?#|itin|social(?: security)?(?: (?:number|no\.?|#|num))?|last (?:four|4)|seguro social)\b[^\d\n.]{0,30}(?P<it>\d{4}\b|\d{9}\b)",
        "ssn", "s.s", "ss", "itin", "social", "last",
    ),
    rule("ssn", r"(?<!\w)(?:[*x#]{3}[- ]?[*x#]{2}[- ]?)(?P<it>\d{4})\b", DIGIT),
    rule("ssn", r"\b(?:ssn|social)(?: (?:security|number|no|num))*(?:'s)? (?:starts|begins|ends)(?: with| in)? (?P<it>\d{2,5})\b", "ssn", "social"),
    rule("phone", r"(?<![\w-])(?:\+?1[ ./-]?)?(?:\(\d{3}\)|\d{3})[ ./-]{0,2}\d{3}[ .-]{1,3}\d{4}(?:,?\s?(?:x|ext\.?|extension)\s?\d{1,5})?\b", DIGIT),
    rule("phone", r"(?<![\w-])\+?1?\(?[2-9]\d{2}\)?[ .-]?[2-9]\d{6}\b|(?<![\w-])\+\d{1,3}(?:[ .-]?\d{2,5}){2,5}\b", DIGIT),
    rule("phone", r"(?<![\w/-])[2-9]\d{2}[-. ]\d{4}\b(?![-/]\d)(?! [a-z])|(?<![\w/-])[2-9]\d{2}[-.]\d{4}\b(?![-/]\d)", DIGIT),
    rule("phone", rf"\b{_DIGIT_WORD}(?:[ ,.-]{{1,3}}{_DIGIT_WORD}){{6,12}}\b"),
    rule("phone", rf"(?<![\w-])\d{{3}}(?:[ ,.-]{{1,3}}{_DIGIT_WORD}){{3}}[ ,.-]{{1,3}}(?:\d{{4}}|{_DIGIT_WORD}(?:[ ,.-]{{1,3}}{_DIGIT_WORD}){{3}})\b", DIGIT),
    rule("phone", r"\bext(?:ension|\.)?\s?#?(?P<it>\d{2,6})\b", "ext"),
    rule("phone", r"\b(?:ph|phone|cell|tel|number|call|text|cel|celular|telefono|telefone|nimewo|#)[\s:.#]{1,3}(?:is |es |e |se )?(?P<it>[2-9]\d{2}[ .-]?\d{4}|\d(?:[ .-]?\d){6,11})\b", DIGIT),
    rule("date", r"(?<![\d/.-])\d{1,2}\s?([/.-])\s?\d{1,2}\s?\1\s?(?:\d{4}|\d{2})\b(?![/.-]\d)", DIGIT),
    rule("date", r"\b(?:new year'?s(?: eve| day)?|christmas(?: eve| day)?|xmas|thanksgiving|halloween|easter(?: sunday)?|(?:labor|memorial|columbus|veterans|valentine'?s|st\.? patrick'?s|mother'?s|father'?s|mlk) day|juneteenth)"
        r"(?: of|,| in)? (?:19|20)\d{2}\b", "day", "year", "mas", "giving", "ween", "easter", "teenth"),
    rule("date", r"\b(?:19|20)\d{2}([/.-])\d{1,2}\1\d{1,2}\b", DIGIT),
    rule("date", rf"\b(?!may \d)(?:{_MONTH})\.?[ -]\d{{1,2}}(?:st|nd|rd|th)?\b(?![:\d%])(?! ?{_OF_TIME}\b)(?:,?[ -]'?(?:(?:19|20)\d{{2}}|\d{{2}}(?= |,|\.|$))\b)?", DIGIT),
    rule("date", r"(?:(?<=[a-z,] )May \d{1,2}|\bMay \d{1,2}(?:st|nd|rd|th|,? (?:19|20)\d{2})|\b(?:on|since|born|until|by|dob|for) (?i:may) \d{1,2})\b(?!:)", DIGIT, cased=True),
    rule("date", rf"\b\d{{1,2}}(?:st|nd|rd|th)?[ /.-]?(?:of |day of )?{_MONTH}\b\.?(?:,?[ /-](?:19|20)?\d{{2}}\b)?(?<!\d may)", DIGIT),
    rule("date", rf"\b\d{{1,2}}[or]? (?:de |dia de )?(?:{_MES})\b(?:(?: de| del|,)? ?\d{{4}}\b)?", DIGIT),
    rule("date", rf"\b{_MONTH} (?:the )?{_ORDINAL}\b|\b{_ORDINAL} (?:day )?of {_MONTH}\b(?:,? (?:two thousand|nineteen|twenty)(?:[ -]\w{{3,9}}){{0,3}})?", *_MONTHS),
    rule("date", rf"\b(?!may (?:one|two)\b)(?:january|february|april|june|july|august|september|october|november|december) {_COUNT}\b(?! ?{_OF_TIME})", *_MONTHS),
    rule(
        "date",
        r"\b(?:dob|d\.o\.b\.?|d/o/b|birth ?da(?:te|y)|bday|b-day|born(?: on)?|nacio(?: el)?|nasceu(?: em)?|date of birth|fecha de nacimiento)\b[^\w\n]{0,4}(?:is |of |el )?"
        r"(?P<it>\d{1,2}[/. -]\d{1,4}(?:[/. -]\d{2,4})?\b|\d{6,8}\b)",
        DIGIT,
    ),
    rule(
        "date",
        r"\b(?:on|since|until|til|till|by|from|the|last|dated|due|before|after|through|thru|as of|eff|effective|expires|exp|court|hearing|appt|appointment|visit|seen|admitted|arrested|released"
        r"|discharged|d/c|moved|started|called|placed|evicted|date) (?:is |was |set for )?(?P<it>(?:0?[1-9]|1[0-2])[/-](?:0?[1-9]|[12]\d|3[01]))\b(?![/-]?\d)(?! ?(?:of|ratio|split|full|a (?:day|week)|shift|pain|mile|tab|dose|cup|pint|beds|hour|people|am\b))"
        r"|\b(?P<later>(?:0?[1-9]|1[0-2])/(?:0?[1-9]|[12]\d|3[01])) (?:visit|hearing|court|meeting|mtg|appt|appointment|incident|arrest|call|admission|od\b|discharge|eviction|removal|placement)",
        DIGIT,
    ),
    rule("age", r"\b(?:9\d|1[01]\d)[\s-]?(?:years?[\s-]old|y[/.]?o[mf]?\b|yrs?(?: old)?\b|-?year-old|anos|lane)", DIGIT),
    rule(
        "age",
        rf"\b(?:{_PATIENT}\b[^.;!?\n]{{0,24}}? (?:is|was|es|e|tiene|tem|gen|turns|turned)(?: now| nearly| almost| about)?|turn(?:s|ed|ing)|age[ds]?:?|edad|idade|tiene|tem) "
        rf"(?P<it>9\d|1[01]\d)\b(?!\s?{_OF_TIME}|[.,:/-]\d|\s?/)",
        DIGIT,
    ),
    rule(
        "age",
        r"\b(?!(?:it|that|this|which|what|there|temp|temperature|sat|sats|o2|spo2|pulse|hr|score|grade|speed|limit|rate|bp|sugar|sugars|glucose|bgl|total|count|number|weight|average|avg|gpa|"
        r"percentile|rent|level|balance|wait|result|bed|room|channel|route|unit|answer|price|cost|limit|max|min|phq|iq|cap|target|goal|stay|distance|capacity|heat|outside|inside|today|tonight)\b)[a-z][a-z'-]{1,20} "
        rf"(?:is|turns|turned) (?:now |nearly |almost |about |only )?(?P<it>9\d)\b(?!\s?{_OF_TIME}|[.,:/-]\d|\s?/|%)(?=,? (?:and|but|who|with|w|yo|living|has|needs|still|in|on)\b|[,.;]|$)",
        "9", certain=False,
    ),
    rule("age", r"(?:, |\()(?P<it>9[1-9])(?=[,?)](?! ?\d)|\?|\. [a-z]|\.$)", "9", certain=False),
    rule("date", r"(?<!pain )(?<!gcs )(?<!phq )(?<!gad )(?<!score )(?<![\d/.$-])\b(?:0?[1-9]|1[0-2])/(?:1[1346-9]|2[0-35-9]|3[01])\b(?![/%\d-])(?! ?(?:mg|dose|bid|tabs?|split|beds?|days|ratio|hours|of)\b)", DIGIT, certain=False),
    rule("date", r"\b(?:last|next|first|new|final|prior|second|only) (?:[a-z]{2,10} )?(?P<it>(?:0?[1-9]|1[0-2])/(?:0?[1-9]|[12]\d|3[01]))\b(?![/%\d-])", DIGIT),
    rule("age", rf"\bninety(?:[\s-](?:one|two|three|four|five|six|seven|eight|nine))?\b(?![\s-](?:\w+ )?{_OF_TIME})|\bnoventa(?: [ey] \w{{3,6}})?(?= an)|\bkatrevendis\b", "ninety", "noventa", "katrev"),
    rule("age", r"\b(?:in (?:his|her|their) )(?:early |mid |late |mid-)?(?P<it>90'?s|nineties)\b", "90", "nineties"),
    rule("age", r"\b(?:a|one) hundred(?:[ -](?:and[ -])?\w{3,10})? years? old\b|\bcentenarian\b", "hundred", "centen"),
    rule(
        "plate",
        r"\b(?:(?:licen[cs]e )?(?:plates?|pl8|tags?|placas?|reg(?:istration)?|plaka)|lic(?:ense)? pl|ma(?:ss)? (?:pc|reg|plates?)|pc|lp)\b[^\n.;]{0,16}?\b"
        r"(?P<it>(?=[a-z\d -]{0,6}\d)(?!(?:is|on|in|the|a|of|for|no|was|number|num)\b)[a-z\d]{1,4}[ -]?[a-z\d]{2,4})\b",
        DIGIT,
    ),
    rule("plate", r"\b(?:\d[A-Z]{2,3} ?\d{2,3}|\d{3} ?[A-Z]{2}\d|\d{3}[- ][A-Z]{3}|\d[A-Z]{2} ?[A-Z]\d{2}|\d{2}[A-Z] ?\d{3}|[A-Z]{2}\d ?\d{2}[A-Z]?|[A-Z]{3}[ -]\d{3,4}|\d[A-Z]{3}\d{2})\b(?!-)", DIGIT, cased=True),
    rule(
        "record",
        r"\b(?:mrn?|m\.r\.n\.?|medical record|record|docket|case|incident|inc|report|account|acct|licen[cs]e|lic|dl|oln|student|member|policy|client|patient|invoice|ticket|claim"
        r"|booking|warrant|badge|shield|masshealth|medicaid|medicare|reference|ref|file|ids?|sasid|lasid|ein|cad|cfs|event|log|control|confirmation|voucher|permit|passport|alien|expediente|caso|processo|dosye|rid|pcn|fid|51a)\b"
        r"(?: (?:id|card|report|record))?\s*(?:nos?\.?|numbers?|numero|num\.?|nr\.?|#|id)?\s*(?:is |was |es |e )?[:#]{0,2}\s*"
        r"(?!20\d\d-\d{4}\b)(?P<it>[a-z]{0,5}-?(?=[\d-]{5})\d[\w-]{3,20})\b",
        DIGIT,
    ),
    rule(
        "record",
        r"\b(?:docket|case|incident|inc|report|file|client|clt|patient|record|chart|mrn?|claim|student|member|hmis|warrant|reference|ref|confirmation)"
        r"(?: (?:id|no|num|number|nr))?\.?\s?[:#]{0,2}\s?(?:is |was )?(?P<it>(?=[a-z-]{0,6}\d)(?=[a-z\d]{0,3}[a-z-])(?!20\d\d-)(?=(?:[a-z-]{0,6}\d){4})[a-z\d][a-z\d-]{5,20})\b",
        DIGIT,
    ),
    rule("record", r"\b(?:badge|shield|docket|locker|inmate|booking|mrn|cad|incident|id)\s*(?:nos?\.?|number|num\.?|#)?\s*(?:is |was )?[:#]?\s*(?P<it>[a-z]{0,2}\d{3,6})\b", DIGIT),
    rule("record", r"\bA[-# ]?\d{3}[- ]?\d{3}[- ]?\d{3}\b|\bA[-# ]?\d{8,9}\b|\b[A-Z]{1,2}\d{6,9}\b|\b\d{2,4}[- ]?(?:CR|CV|JV|DL|CP|HP|PR|SC|RO|SP|CRA|SU|YO|H)[- ]?\d{3,6}(?:[A-Z]{1,2})?\b|\b[A-HJ-NPR-Z\d]{17}\b", DIGIT, cased=True),
    rule("record", r"(?<![\w-])\d{7,14}\b|\b\d{3}-\d{2}-\d{2}\b|(?<![\w-])\d{2,4}-\d{5,8}\b", DIGIT),
    rule("record", r"\b(?:\d{1,3}\.){3}\d{1,3}\b", DIGIT),
)  # fmt: skip
