"""Words that carry a capital letter, or open a sentence, without naming anyone. All in lower case, without accents.

Data for situations.deidentify. Towns, agencies and programmes of one table come from its own records (``allow``).
"""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Words of grammar and counting: never part of a name, wherever they stand.
GRAMMAR = _words("""
    a about above after again against all almost alone along already also although always am among an and
    another any anyone are around as at away back be because been before behind being below beside between both
    but by can cannot could did do does doing done down during each either else enough even ever every everyone
    everything except few for from further had has have having he her here hers herself him himself his how
    however i i'm if in inside into is it its itself just last later least less like many maybe me more most
    mostly much must my near neither never next no nobody none nor not nothing now of off often on once one only
    or other others our out outside over own per perhaps please quite rather same say see seldom several she
    should since so some somebody someone something soon still such than that the their theirs them then there
    these they this those though through till to today together tomorrow tonight too toward towards twice under
    unless until up upon us usually very was we were what when where whether which while who whole whom whose
    why with within without would yes yesterday yet you your two three four five six seven eight nine ten eleven
    twelve fifteen twenty thirty forty fifty hundred half third first second new old early late
    """)

# Proper nouns that are nobody's name: time, tongues and peoples, countries, faiths, illness, medicine, brands, law.
PROPER = _words("""
    mon tue tues wed thu thur thurs fri sat sun monday tuesday wednesday thursday friday saturday sunday mondays
    tuesdays wednesdays thursdays fridays saturdays sundays january february march april may june july august
    september october november december christmas easter thanksgiving halloween feb apr aug sept oct nov dec
    ramadan eid hanukkah passover diwali juneteenth tet nowruz songkran purim kwanzaa year english spanish
    portuguese creole haitian kreyol khmer vietnamese chinese cantonese mandarin arabic french russian somali
    swahili amharic tigrinya nepali hindi urdu bengali punjabi gujarati korean japanese tagalog thai lao burmese
    pashto dari farsi persian kurdish turkish albanian bosnian polish ukrainian romanian greek italian german
    irish hebrew twi akan igbo yoruba hausa wolof luganda kinyarwanda lingala k'iche' k'iche kiche mayan asl
    english-speaking american americans african asian latino latina latinx hispanic cape verdean brazilian
    dominican puerto rican cuban mexican guatemalan salvadoran honduran colombian venezuelan cambodian indian
    pakistani afghan syrian iraqi iranian congolese nigerian ghanaian ugandan kenyan ethiopian eritrean moroccan
    egyptian lebanese jamaican european british america usa mexico brazil haiti guatemala honduras salvador
    colombia ecuador venezuela peru cuba jamaica portugal spain italy ireland poland ukraine russia china
    vietnam cambodia thailand nepal india pakistan afghanistan iraq iran syria somalia ethiopia eritrea kenya
    uganda rwanda congo nigeria ghana liberia morocco canada england france germany africa asia europe
    massachusetts maine vermont connecticut rhode hampshire york florida boston catholic christian muslim jewish
    baptist pentecostal buddhist hindu bible quran koran god jehovah's alzheimer alzheimer's parkinson
    parkinson's crohn's asperger's tourette's down's hodgkin's huntington's lyme covid narcan naloxone suboxone
    subutex methadone vivitrol sublocade percocet oxycontin vicodin fentanyl xanax klonopin ativan valium
    adderall ritalin concerta zoloft prozac lexapro wellbutrin seroquel risperdal zyprexa abilify haldol
    clozaril depakote lithium tylenol advil benadryl gabapentin k2 mass masshealth medicaid medicare snap wic
    raft section title chapter part social security uber lyft amtrak commuter facebook instagram snapchat tiktok
    whatsapp messenger discord youtube twitter google zoom xbox playstation fortnite roblox minecraft iphone
    android apple amazon walmart target dunkin' dunkin starbucks mcdonald's cvs walgreens venmo zelle paypal
    airbnb honda toyota ford jeep chevy nissan hyundai bmw navidad pascua natal pascoa nwel lunes martes
    miercoles jueves viernes sabado segunda terca quarta quinta sexta feira enero febrero marzo abril mayo junio
    julio agosto septiembre octubre noviembre diciembre janeiro fevereiro marco maio junho julho setembro
    outubro novembro dezembro crohn asperger tourette hodgkin huntington down bell raynaud graves hashimoto
    marfan munchausen stockholm wernicke korsakoff lewy camry sienna corolla civic accord sentra altima jetta
    tacoma tahoe prius elantra sonata malibu impala mustang camaro silverado sierra tundra explorer escape
    caravan odyssey highlander outback forester subaru mazda kia lexus acura mercedes audi volkswagen dodge
    chevrolet chrysler pontiac buick cadillac saturn volvo infiniti tesla gmc hennessy bacardi smirnoff fireball
    modelo corona heineken budweiser tito's listerine juul newport marlboro dunkins wendy's denny's applebee's
    ihop kfc tjmaxx marshalls kohl's spanish-speaking portuguese-speaking nike adidas jordans carhartt
    timberlands champion gucci northface patagonia roca eliot vinfen whidden lahey tufts bournewood mclean
    arbour westwood steward holyfamily casar massability massoptions jri hub marine marines patriots celtics
    bruins sox yankees raiders cowboys lakers bulls dodgers steelers eagles giants jets knicks nets mets astros
    santander citizens sunoco exxon mobil shell gulf speedway cumberland ymca ywca hipaa ferpa aer dv ptsd adhd
    ok tv wi-fi al-anon alateen aa
    """)

# What agencies and offices are called: a capitalised phrase that ends in one of these is an institution.
INSTITUTION = _words("""
    administration agency alliance association authority board bureau center centre clinic club coalition
    commission committee company corporation corps council court department district division foundation group
    health hospital initiative institute library ministry network office organization program project registry
    service services society team unit union university college bank army hotline helpline line act law
    """)

# Parts of institutions' names, roles and documents: people write them with capitals in the middle of a sentence.
OFFICIAL = INSTITUTION | _words("""
    action adult advocate affairs aging area behavioral care case children city clinical community conference
    counseling county crisis day detox development disabilities district domestic early education elder elderly
    emergency employment families family federal fire food general girls boys governor home homeless hospice
    housing human juvenile labor legal local medical mental mobile mother municipal nurse office officer parole
    pantry police probate probation protection protective public recovery regional rehabilitation rental
    residential revenue school schools senior seniors sheriff shelter special state street substance superior
    supreme town transitional transportation treatment trial victim violence voucher welfare women women's
    worker youth north south east west northeast central
    """)

# Who or what does things at the start of a sentence, without being a name.
ROLES = OFFICIAL | _words("""
    administrator advocates ambulance applicant aunt babysitter boss boy brother caller caregiver caseworker
    child clerk client clinicians coach counselor counsellor couple cousin custodian daughter dispatcher doctor
    driver employer ex father foster friend friends girl girlfriend boyfriend granddaughter grandfather
    grandmother grandson guardian husband wife inspector interpreter judge kid landlord lawyer lieutenant man
    manager mom dad men mothers neighbor neighbors nephew niece nobody nursing occupant officers outreach owner
    paramedics parent parents partner partners patient patrol people person pharmacist physician presenter
    principal provider psychiatrist relative relatives resident residents roommate screener sergeant sibling
    siblings sister sisters son spouse staff stepfather stepmother stranger student students superintendent
    supervisor teacher teachers teen teenager tenant tenants therapist toddler twin uncle veteran victims
    visitor volunteer widow widower woman worker workers young younger older elderly adult adults lead clinician
    everybody baby infant twins brothers cousins male female presented crew group
    """)

# Names that are words too; at the start of a sentence only what follows can tell.
AMBIGUOUS = _words("""
    ace angel art bill blessing charity chase chuck dawn destiny faith frank gene genesis grace grant guy
    harmony heaven holly hope hunter iris ivy jack jasmine jordan joy justice king lily mark mason melody mercy
    messiah miracle nevaeh nick olive pat patience pearl penny precious prince princess ray rich rob robin rose
    ruby serenity star sue trinity unique victor violet will
    """)

# Words of addresses and of kinship, as they stand in sealed values beside the names.
ORDINARY = (
    GRAMMAR
    | ROLES
    | _words("""
    street avenue road lane drive court circle place terrace boulevard highway parkway square way unit apt
    apartment floor room suite box fixed address last known the and for with from not near behind above north
    south east west grandmother grandfather mother father mom dad parent parents aunt uncle sister brother
    cousin guardian legal foster step stepfather stepmother friend wife husband partner daughter son custody
    shelter motel hotel bridge tent lot park station house car van camp yard train bus boat trailer porch stairs
    """)
)

COMMON = GRAMMAR | PROPER | OFFICIAL
"""Words that carry a capital letter without naming anybody."""

SPEAKS = _words("""
    said says told tells asked refused denied denies admits admitted wants lives sleeps cried threatened attends
    drinks uses hit punched kicked walked disclosed feels believes thinks knows texted posted agreed signed
    slept called ran hid stole yelled overdosed relapsed
    """)
"""What only people do, right behind a word that opens a sentence."""

TOWNS = _words("""
    boston chelsea revere everett malden medford somerville cambridge lynn salem peabody quincy brockton
    lawrence lowell haverhill worcester springfield holyoke chicopee framingham waltham newton brookline
    watertown arlington belmont lexington burlington woburn winchester stoneham melrose saugus wakefield
    winthrop lynnfield danvers beverly gloucester rockport ipswich newburyport amesbury methuen andover
    tewksbury billerica chelmsford dracut wilmington reading needham dedham norwood randolph braintree weymouth
    hingham hull scituate marshfield plymouth duxbury pembroke hanover rockland abington whitman bridgewater
    taunton attleboro mansfield foxborough franklin milford marlborough hudson westborough shrewsbury leominster
    fitchburg gardner athol greenfield northampton amherst westfield agawam ludlow pittsfield barnstable hyannis
    falmouth sandwich wareham dartmouth fairhaven westport swansea somerset seekonk dorchester roxbury mattapan
    roslindale allston brighton charlestown southie eastie nantucket chatham dennis yarmouth brewster harwich
    orleans provincetown acton concord natick wellesley weston wayland sudbury sherborn ashland hopkinton
    holliston medway canton stoughton sharon easton avon holbrook walpole auburn oxford webster southbridge
    sturbridge palmer ware clinton lancaster templeton winchendon nashua manchester providence pawtucket
    hartford portland bangor brattleboro keene york orlando miami tampa houston dallas austin chicago atlanta
    philadelphia baltimore detroit cleveland washington seattle denver phoenix newark brooklyn bronx queens
    harlem hollywood london paris texas florida california georgia virginia carolina louisiana alabama
    pennsylvania jersey delaware maryland arizona nevada utah colorado michigan ohio illinois indiana wisconsin
    minnesota iowa kansas missouri oklahoma montana guatemala honduras nicaragua panama bolivia chile argentina
    paraguay uruguay angola mozambique praia fogo brava santiago luanda lisbon azores madeira port-au-prince
    jacmel gonaives mogadishu hargeisa kabul kandahar damascus aleppo baghdad beirut amman cairo tripoli
    khartoum darfur sudan gambia senegal mali guinea togo benin cameroon burundi tanzania zambia zimbabwe malawi
    yemen jordan israel palestine gaza libya algeria tunisia kuwait dubai delhi mumbai dhaka bangladesh bhutan
    burma myanmar laos phnom penh saigon hanoi manila philippines tijuana juarez monterrey medellin bogota
    caracas lima quito santo domingo havana kingston bahamas barbados trinidad albania kosovo bosnia serbia
    croatia romania bulgaria greece turkey armenia sweden norway denmark
    """)
"""Places that are no finding by themselves; those that are names as well count where somebody acts under them."""

PHRASES = (
    "Charlie Card", "Angel dust", "Chase Bank", "Jean jacket", "Jane Doe", "John Doe", "Good Samaritan", "Rosie's Place",
    "Pine Street Inn", "St. Francis House", "Father Bill's", "Miranda warnings", "Miranda rights", "Amber Alert",
    "Laura's Law", "Mary Jane", "Santa Claus", "Green Line", "Red Line", "Blue Line", "Orange Line", "Silver Line",
    "Language Line", "Big Sister", "Big Brother", "Judge Baker", "Franciscan Hospital", "Fall River", "New Bedford",
    "Cape Ann", "Martha's Vineyard", "Santo Domingo", "Rite Aid", "Trader Joe's", "Wendy's", "Denny's",
    "Ocean State Job Lot", "Dollar Tree", "Family Dollar", "Dorothy Day", "Martin Luther King", "MLK Day",
    "St. Patrick's Day", "Valentine's Day", "Mother's Day", "Father's Day", "Labor Day", "Memorial Day", "Columbus Day",
    "Saint Vincent de Paul", "St. Vincent de Paul", "Lahey", "Winthrop Hospital", "Carney Hospital", "Anna Jaques",
    "Emerson Hospital", "Lawrence General", "Holy Family", "Massachusetts General", "Tufts", "Cambridge Health Alliance",
    "Lowell General", "St. Luke's", "Saint Luke's", "St. Anne's", "Saint Anne's", "St. Vincent", "Saint Vincent",
    "Franklin Covey", "Johnson & Johnson", "Louis Vuitton", "Victoria's Secret", "Jim Beam", "Jack Daniels",
    "Captain Morgan", "jean jacket", "jack knife", "joy ride", "joy riding", "price list", "Grant Per Diem", "Bay Cove",
    "North Suffolk", "Boys and Girls Club", "Boys and Girls Clubs", "Big Brothers and Big Sisters", "Beth Israel",
    "Mass General", "St. Elizabeth's", "Saint Elizabeth's", "Salvation Army", "Red Cross", "Big Brothers Big Sisters",
    "Catholic Charities", "Head Start", "Early Head Start", "Section 8", "Social Security", "New England", "New York",
    "New Hampshire", "Rhode Island", "Puerto Rico", "Puerto Rican", "Cape Verde", "El Salvador", "Dominican Republic",
    "South Shore", "North Shore", "Cape Cod", "Alcoholics Anonymous", "Narcotics Anonymous", "Meals on Wheels",
    "Safe Harbor", "Home Depot", "Market Basket", "Stop and Shop", "Dunkin Donuts", "Planned Parenthood", "Al-Anon",
    "Brigham and Women's", "Robin Hood", "Christmas Eve", "New Year's Eve", "New Years Eve", "Fourth of July fireworks",
    "4th of July fireworks", "Fourth of July weekend", "4th of July weekend", "Fourth of July party",
    "Missing School", "Red Sox", "Marine Corps", "Jet Blue", "Grace period", "joy rides", "rose colored",
)  # fmt: skip
