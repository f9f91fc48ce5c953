"""The patterns by which streets, schools and buildings give somebody away, as data; they read as situations/deidentify_rules.py says."""

from situations.deidentify_rules import DIGIT, rule

_STREET_CERTAIN = r"(?:street|st|avenue|ave|av|road|rd|lane|ln|drive|blvd|boulevard|terrace|ter|highway|hwy|parkway|pkwy|circle|cir|turnpike|alley|wharf|crescent|lndg)"
_STREET = _STREET_CERTAIN[:-1] + r"|dr|court|ct|place|pl|square|sq|way|row|pike|path|trail|pk|extension|ext|hill|park)"
_CAP = r"[^\W\d_a-z]\w{0,30}(?:['-]\w{1,30}){0,3}"
_NOT_NAMED = (
    r"(?!(?:the|a|an|his|her|their|my|our|your|this|that|same|wrong|no|any|of|in|on|at|to|for|and|or|is|was|very|too|so|how|as|public|local|new|old|every|each|side|back|busy|dark"
    r"|residential|quiet|next|other|whole|by|with|w|from|into|cross|across|down|up|one|two|out|off|near|it|she|he|they|we|under|over|dead|safe|drug|housing|district|juvenile|family|probate"
    r"|superior|criminal|trial|drug|mental|middle|first|second|third|food|tennis|basketball|bus|train|rest|parking|bike|dirt|long|hard|easy|half|all|own|wide|test|snail|private|open"
    r"|service|access|exit|fire|bowling|memory|drunk|hot|left|right|wrong|fast|slow|express|bunk|lie|lies|drives?|hour|day|month|more|less|most|through|along|around)\b)"
)
_LOW = rf"{_NOT_NAMED}[a-z][a-z'-]{{2,20}}"
_WORDED = (
    r"(?!(?:in|on|off|at|the|a|an|of|to|for|from|and|or|per|times?|men|women|people|down|up|across|by|with|w|is|was|weeks?|days?|hours?|months?|years?|minutes?|mins?|kids?|beds?|calls?|mg|pm|am"
    r"|yo|years|blocks?|feet|miles|nights?|more|different|units?|adults?|children|and|but)\b)[\w'.-]{2,20}"
)
_BUILDING = (
    r"(?:Gardens?|Apartments?|Apts|Towers?|Terrace|Manor|Village|Heights|Commons|Estates|Arms|House|Lodge|Motel|Hotel|Motor Inn"
    r"|Inn|Shelter|Church|Parish|Mosque|Masjid|Temple|Synagogue|Projects|Homes|Residences?|Place|Park|Plaza|Mall|Field|Salon|Pizza|Pizzeria|Market|Supermarket|Mart|Laundromat"
    r"|Cafe|Diner|Bakery|Restaurant|Grill|Tavern|Pub|Bar|Lounge|Liquors|Pharmacy|Hall|Courts?|Suites|Barbershop|Nails|Chapel|Cathedral|Ministries|Tabernacle|Garage"
    r"|Playground|Beach|Cemetery|Marina|Plaza|Landing|Crossing|Green|Woods|Point|Pond|Farms?|Mills?|Lofts|Flats|Rooms|Rooming House|Daycare|Deli|Donuts|Fitness|Gym|Bodega)"
)
_SCHOOL = r"(?:Elementary|Middle|High|Academy|Charter|Prep|Vocational|Voke|Tech|Technical|Preschool|Kindergarten|School|Daycare|Elem|Montessori|Collegiate|Regional|K-8|Junior High)"
_WHERE = r"(?:at|on|off|near|by|behind|outside|inside|in|along|down|up|to|toward|towards|from|over|around|@|of|past|under|opposite|between|and|attends|goes to|on to)"
_NTH = r"(?:\d{1,3}(?:st|nd|rd|th)|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|main|broadway|washington)"
_TREE = r"(?:maple|elm|oak|cedar|chestnut|spruce|walnut|birch|locust|poplar|sycamore|hawthorne|hancock|jefferson|madison|harrison|washington|highland|broadway|prospect|canal|lafayette|essex|dorchester|blue hill|mass ave|commonwealth)"
_SAINT = r"(?:st\.?|saint|sta|san|santa|santo|sao|sent|our lady of|holy|sacred|blessed|immaculate|good|most holy|nossa senhora|nuestra senora|notre dame)"

PLACES = (
    rule("address", rf"\b\d{{1,5}}[a-z]?(?:-\d{{1,4}})?(?: ?1/2)?\s(?:[nsew]\.?\s)?(?:{_WORDED}\s){{1,3}}{_STREET}\b(?!')", DIGIT),
    rule("address", rf"\b(?:{_CAP}\s)?(?!(?:TO|THE|A|IN|OF|NO|FOR|AND|BY|HIS|HER|ANY|ON|AT)\b){_CAP}\s(?:(?i:{_STREET_CERTAIN}|dr|pl|sq|square|way|row|court|ct|place|path|trail)\b)(?!\.? [A-Z][a-z]+'s)", cased=True),
    rule("address", rf"(?:\b{_WHERE[:-1]}|is|lives|living|staying|corner of)|@) (?:(?:the|a) )?(?P<it>(?:(?:old|new|long|upper|lower|north|south|east|west) )?{_LOW}(?: {_LOW})? {_STREET_CERTAIN})\b(?!['-]| (?:outreach|worker|team|drugs?|level|clothes|smart|name|light|lights|parking|sweep))"),
    rule("address", rf"\b(?:at|of|on|near|by|corner of) (?P<it>{_CAP} (?:and|&|x) {_CAP})(?! (?:North|South|Health|Girls))", " ", cased=True),
    rule("address", rf"(?:\b(?:at|of|on|near|by|toward|towards|to|around|over|corner of|outside)|@) (?P<it>{_LOW} (?:and|&|n|x) (?:\w{{3,12}} )??{_NTH}|{_NTH} (?:and|&|n|x) {_LOW})\b(?! (?:floor|grade|grader|shift|time|chance))"),
    rule("address", rf"\b(?:on|off|over on|down on|up on|around|at|by|number|no\.?|lives|to) (?P<it>\d{{1,4}}[a-d]? {_TREE})\b(?! (?:trees?|wood|\d))", DIGIT, certain=False),
    rule("address", r"\b(?:at|in|into|to|from|of|near|outside|behind|@) (?P<it>\d{1,4}[A-Da-d]? (?!(?:January|February|March|April|May|June|July|August|September|October|November|December|Sunday|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Percent|Sharp|Suboxone|Narcan|Percocet|Section|Spanish|Portuguese|Creole|Haitian|English|PM|AM)\b)[A-Z][a-z]{3,14}(?<!s))(?=[,;]|\.(?: |$)|$| (?:with|w|since|and|apt|unit|no|third|second|first|1st|2nd|3rd|again|after|until|by|near|behind)\b)", DIGIT, cased=True, certain=False),
    rule("address", rf"\b(?P<it>\d{{1,4}}[A-D]? (?!Blue|Mass)(?:{_TREE.title()}))\b(?=[,.;]|$)", DIGIT, cased=True, certain=False),
    rule("address", rf"\b(?:on|off|over by|down) (?P<it>{_TREE})\b(?=[,.;]|$| (?:by|near|behind|across|again|last|this|tonight|today|yesterday|in front|w|with|after|before|around|since|until|when|and|at|every|most|next|past|for|where|all)\b)", "on", "off", "by", "down", certain=False),
    rule("address", r"\b(?:in|from|at|apt|unit) (?P<it>(?!51|209|258|58|35)\d{1,3}[A-GJ-NPR])\b(?![-'/])", DIGIT, cased=True, certain=False),
    rule("address", rf"\bcorner of (?P<it>{_LOW} (?:and|&|n|x) {_LOW})\b", "corner"),
    rule("address", r"\b(?:apt|apartment|unit|suite|ste|rm|room|lot|trailer|bldg|building|flr)\.?\s?(?:no\.?|number)?\s?#?(?:\d{1,5}[a-z]?|(?<=[ #.])[a-z])\b(?!')(?! (?:of|has|was|is|for|and|to|at|day|man)\b)(?!:|\))", "apt", "apart", "unit", "suite", "ste", "rm", "room", "lot", "trail", "b", "flr"),
    rule("address", r"\b(?:apt|apartment|unit|suite|rm|room|lot|trailer)\.?\s?(?:no\.?|number)?\s?#?\d{1,5}[a-z]?\b(?!:|\))|\bp\.?o\.? box \d+|\b(?:apartamento|apto|apatman|piso|casa) (?:no\.? |numero )?#?\d{1,5}[a-z]?\b", DIGIT),
    rule("address", r"(?<![\w.$,#-])0[12]\d{3}(?:-\d{4})?\b(?! ?(?:hrs?|hours))", DIGIT),
    rule("address", r"\b(?:calle|rua|avenida|av|ruelle|travessa|carretera|estrada) (?!(?:y|e|o|a|la|el|los|las|no|sin|sem|con|com|que|de|desde|ha|en|em|do|da|para|pero|mas|porque|toda|todo)\b)(?P<it>(?:(?:de|da|do|dos|del|la|las|los) )?[a-z][a-z']{2,20})", "calle", "rua", "av", "ruelle", "trav", "carr", "estr"),
    rule("place", rf"\b(?:{_CAP}\s){{1,3}}{_SCHOOL}\b(?:\sSchool\b)?", cased=True),
    rule("place", rf"\b(?:{_CAP}\s){{1,3}}{_BUILDING}\b", cased=True),
    rule(
        "place",
        rf"\b(?:at|to|from|attends|near|behind|outside|by|@|enrolled in|student at) (?:the )?(?P<it>(?!(?:high|middle|very|a|her|his|their|extremely|really|charter|risk|public|private|local|any|nursery)\b)(?:(?:old|new|cross|long|upper|lower|north|south|east|west|park|bridge|fire|dark) )?{_LOW}"
        r"(?: (?!(?:high|middle)\b)[a-z'-]{2,15}){0,2} (?:high|middle|elementary|elem|academy|charter|prep|vocational|voke|preschool|daycare|middle school|high school|elementary school)(?: school)?)\b(?!-)(?! (?:risk|level|levels|dose|blood|fever|needs?|school students|schoolers?|of|as|on|and|again|or)\b)",
        "high", "middle", "elem", "acad", "chart", "prep", "voc", "vok", "presc", "dayc",
    ),
    rule("place", r"\b(?:escuela|escola|colegio|lekol|iglesia|igreja|legliz|parroquia|mercado|padaria|panaderia|tienda|restaurante|hospital|edificio|predio|capilla|mesquita|mezquita|barberia|botanica|bodega|hotel|motel|club|bar) (?:(?:San|Santa|Santo|Sao|Sent|de|da|do|la|el) )?(?P<it>[A-Z]\w{2,20}(?: [A-Z]\w{2,20})?)", "esc", "col", "lek", "igl", "igr", "leg", "parr", "merc", "pad", "pan", "tien", "rest", "hosp", "edif", "pred", "cap", "mes", "mez", "barb", "bot", "bod", "otel", "club", "bar", cased=True),
    rule("place", rf"\b(?:at|from|to|behind|near|outside|inside|by|in|of|attends|@|leaves|left) (?:the )?(?P<it>{_SAINT} (?!(?:shit|hell|cow|crap|moly|war|place|week|day|thing|people|street|reason|time|st|month|behavior|spirits?|grades?|news|samaritan|friend|friends|standing|kids?|girl|boy|man|person|mood|job|shape|care|family)\b)[a-z]{{4,16}}(?:'?s)?)\b", "st", "saint", "sant", "san", "lady", "holy", "sacred", "bless", "immac", "good", "sao", "sent", "senhora", "senora", "notre"),
    rule("place", r"\b(?P<it>[a-z]{3,15} (?:n|'n'?|&) (?:save|shop|go|serve|wash|dine|play|ride|spend|shine|sip|pay|stuff|things|more))\b"),
    rule("place", r"\b(?:first|second|third|new|old|united|grace|trinity|calvary|bethel|bethany|zion|emmanuel|immanuel|(?:st|mt|mount)\.? [a-z]{3,12}) (?:baptist|congregational|methodist|presbyterian|lutheran|unitarian|pentecostal|episcopal|nazarene|ame|assembly of god)\b", "bapt", "congr", "meth", "presb", "luth", "unit", "pent", "epis", "naz", "ame", "assem"),
    rule("place", r"\b(?:st|saint)\.? (?P<it>[a-z]{4,16}'s)\b(?! (?:hospital|day))", "st", "saint"),
)  # fmt: skip
