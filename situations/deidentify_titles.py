"""The patterns by which titles, kinship and introductions announce a name, as data; they read as situations/deidentify_rules.py says."""

from situations.deidentify_rules import KIN, rule

_CAP = r"[^\W\d_a-z]\w{0,30}(?:['-]\w{1,30}){0,3}"
_NAME = rf"{_CAP}(?: (?:(?:de|da|do|dos|del|la|van|von|bin|al|el|di) )?{_CAP})?"
_SHORT_TITLE = r"mr|mrs|ms|mx|dr|dra|prof|ofc|ofcr|det|sgt|lt|capt|atty|fr|rev|sra?|srta|lic|msgr|hon"
_TITLE = (
    r"mister|missus|miss|doctor|professor|officer|detective|sergeant|lieutenant|captain|chief|trooper|deputy|judge|attorney|coach"
    r"|principal|nurse|counselor|counsellor|teacher|pastor|father|reverend|sister|imam|rabbi|deacon|worker|caseworker"
    r"|clinician|landlord|dona?|senora?|senorita|soeur|madan|msye|madame|mme|monsieur|tia|tio|titi|tonton|matant|seu"
)
_INITIAL = r"[^\W\d_]\.[ ]?[^\W\d_]{2,20}(?:['-]\w{1,20})?"
_NO_NAME = (
    r"(?!(?:a|an|the|in|on|at|not|no|now|very|also|his|her|out|so|too|still|bus|train|off|up|down|back|here|there|home|away|over|by|to|it|them|him|me|us|again|for|and|or|but|is|was|has|had"
    r"|who|if|as|of|with|from|around|about|unknown|unk|withheld|refused|de|el|la|un|una|um|uma|yon|asi|para|por|que|my|your|our|their|this|that|something|everything|every|one|some|any|what|all|911|988|police|ems|dcf|ou|nou|mwen|li|yo|lapolis|lo|os|as|me|se|te|911)\b)"
)
_CALLED_OR_SO = r"named|called|calls? (?:him|her|them|himself|herself)"
_CALLED_SURELY = r"name is|name's|known as|answers to|goes by|going by|aka|a\.k\.a\.?|a/k/a|alias|nicknamed|nickname is|nickname|street name is|street name|se llama|llamad[oa]|le dicen|chama-se|se chama|chamad[oa]|rele|yo rele l|me llamo|mi nombre es|meu nome e|mwen rele|conocido como|conhecido como|nee"
_CALLED = _CALLED_OR_SO + "|" + _CALLED_SURELY

TITLES = (
    rule("name", rf"\b(?:(?:mrs?|srta?|sra|dra|ofcr?|sgt|atty|msgr)\b\.?|(?:ms|dr|det|lt|capt|fr|rev|sr|prof)\.) {_NO_NAME}(?P<it>[^\W\d_]{{2,}}(?:['-]\w+)?)", "mr", "sr", "dr", "ms", "ofc", "sgt", "att", "msg", "det", "lt", "cap", "fr", "rev", "prof"),
    rule("name", rf"\b(?:{_SHORT_TITLE}|{_TITLE}|{KIN}|pt|patient|client|clt|by|per|for|from|with|and|is)[ ](?P<it>{_INITIAL})(?<!\.m)(?<!e\.g)", "."),
    rule("name", rf"\b(?i:by|name|contact|client|patient|pt|subject|re|from|caller|driver|victim|suspect|guardian|reporter|rp): ?(?P<it>{_NAME})", ":", cased=True),
    rule("name", rf"\b(?:{_CALLED_SURELY})[ ][\"']?{_NO_NAME}(?P<it>(?:big |lil |little |old |young )?[^\W\d_]{{2,}}(?:[ -][^\W\d_]{{2,}})??)(?=\W|$)(?! (?:back|about|in|off|out|up)\b)", "name", "call", "known", "answ", "by ", "aka", "a.k", "a/k", "alias", "llama", "dicen", "cham", "rele", "nombre", "nome", "conoc", "conh", "nee", certain=False),
    rule("name", rf"\b(?:{_CALLED_OR_SO})[ ][\"']?{_NO_NAME}(?P<it>(?:big |lil |little |old |young )?[^\W\d_]{{2,}}(?:[ -][^\W\d_]{{2,}})??)(?=\W|$)(?! (?:back|about|in|off|out|up)\b)", "name", "call", certain=False, words=False),
    rule("name", rf"\b(?:they|everyone|everybody|people|friends|kids|boys|guys|peers) calls? [\"']?{_NO_NAME}(?P<it>[^\W\d_]{{3,20}}(?<!ly))(?=\W|$)", "call", certain=False, words=False),
    rule("name", rf"\b(?i:{_CALLED}|goes by the name)[ ][\"']?(?P<it>(?:(?i:big|lil|little|old|young) )?{_NAME})", " ", cased=True),
    rule("name", r"\b(?P<it>[^\W\d_]{3,}) (?:a/k/a|aka|a\.k\.a\.?)(?!\w)", "aka", "a/k/a", "a.k.a"),
    rule(
        "name",
        rf"\b(?:{KIN}|name) is (?P<it>(?!(?:a|an|the|in|on|at|not|no|now|very|also|his|her|out|so|too|still)\b)"
        r"[^\W\d_]{3,20} [^\W\d_]{3,20})(?=,? (?:ph|phone|tel|dob|age|\d))",
        " is ",
    ),
    rule("name", r"(?<![\w.])(?!U\.S|A\.M|P\.M|D\.O|I\.E|E\.G)[^\W\d_a-z]\.[ ]?(?:[^\W\d_a-z]\.[ ]?)?[^\W\d_a-z][a-z]\w*(?:['-]\w+)?", ".", cased=True),
    rule("name", r"(?<![\w.])(?!U\.[ ]?S|A\.[ ]?M|P\.[ ]?M|D\.[ ]?C|D\.[ ]?O|E\.[ ]?R|I\.[ ]?D|P\.[ ]?O|N\.[ ]?A|A\.[ ]?A|O\.[ ]?D|M\.[ ]?D|R\.[ ]?N|I\.[ ]?E|E\.[ ]?G|B\.[ ]?A|J\.[ ]?D|Q\.[ ]?D|I\.[ ]?V|O\.[ ]?T|P\.[ ]?T|T\.[ ]?V|L\.[ ]?A|E\.[ ]?M)[A-Z]\.[ ]?[A-Z]\.(?:[ ]?[A-Z]\.)?(?='s|,? (?:and|said|says|told|is|was|has|had|ran|went|left|got|took|did|will|refus|den|admit|wants|needs|keeps|lives|hit|came|cut|fell|threw|broke|stole|gave|lost|[a-z]{3,12}ed\b|\(|\d))", ".", cased=True, certain=False),
    rule("name", r"\b(?:[Tt]old|tell|said|says|[Aa]sked|ask|[Ss]aw|[Mm]et|[Tt]exted|[Cc]alled|named|and|is|son|daughter|client|kid|student|brother|sister|cousin|friend|boyfriend|girlfriend|mom|dad),? (?P<it>(?!D\.[ ]?V|I\.[ ]?V|E\.[ ]?R|E\.[ ]?D|P\.[ ]?O|O\.[ ]?D|M\.[ ]?D|R\.[ ]?N|P\.[ ]?T|O\.[ ]?T|N\.[ ]?A|A\.[ ]?A|U\.[ ]?S|A\.[ ]?M|P\.[ ]?M|T\.[ ]?V|L\.[ ]?A|I\.[ ]?D|S\.[ ]?I|H\.[ ]?I|M\.[ ]?H|L\.[ ]?T)[A-Z]\.[ ]?[A-Z]\.|(?<=[Tt]old )[A-Z]\.(?= to )|(?<=[Aa]sked )[A-Z]\.(?= to )|(?<=[Cc]alled )[A-Z]\.(?= (?:and|but|who|at|on)\b)|(?<=student )[A-Z]\.(?= [a-z])|(?<=client )[A-Z]\.(?= [a-z]))(?= |,|$)", ".", cased=True, certain=False),
    rule("name", r"\b(?P<it>aj|bj|cj|dj|jj|jp|jt|kj|mj|oj|pj|rj|tj|jd|jr|lj|ej|kc|kd)\b(?='s| (?:and (?:his|her)|said|says|told|is|was|has|ran|went|left|got|took|hit|refused|denied|wants|needs|keeps|came|did))", "j", "k", certain=False),
    rule("name", r"\b(?P<it>[^\W\d_]{2,15}) is what (?:they|everyone|everybody|people|friends|kids) calls? (?:him|her)\b", "is what", certain=False, words=False),
    rule("name", r"\b(?:mr|mrs|ms|mx|coach|sgt|officer|ofc)\.? (?P<it>(?![ai]\b)[a-z])(?=[,.;]|$| (?:at|from|in|said|says|is|was|has|had|will|who|and|knows|called|told|the|w|with|on|saw|upstairs|next)\b)(?!\.\w)", "mr", "ms", "mx", "coach", "sgt", "of", certain=False),
    rule(
        "name",
        r"(?<![\w'-])(?:li|wu|xu|hu|yu|zhu|gu|ye|ly|vo|vu|ho|ngo|lu|sok|som|chea) (?:ping|ming|fang|bo|tao|lei|hue|dung|wei|hua|jie|yan|yun|jun|hong|mei|ling|hui|jing|xin|chen|qing"
        r"|thi|anh|linh|hoa|lan|nga|srey|mony)(?![\w'])",
        "li ", "u ", "ye ", "ly ", "o ", "sok ", "som ", "chea ", certain=False,
    ),
    # Small letters: a name has only its place in the sentence to be known by.
    rule(
        "name",
        rf"\b(?:his|her|their|my|the) (?:{KIN}), (?P<it>(?!(?:who|too|then|also|now|however|though|once|afraid|alone|aged?|angry|ill|sick|deaf|blind|and|but|which|whose|still"
        r"|again|himself|herself|both|if|when|because|since|until|will|may|was|has|had|not|per|age|in|on|at|his|her|the|not|mostly|mainly|however|meanwhile)\b)"
        r"[^\W\d_]{3,15}(?<!ly)(?<!ed)(?<!ing)),",
        ",",
    ),
)  # fmt: skip
