"""Words by their part in a sentence, which tells a name from the word that it is as well. Small letters, no apostrophes."""


def words_of(text: str) -> frozenset[str]:
    """The words of a text, each once."""
    return frozenset(text.split())


ENGLISH = words_of("""
    the and is was to of her his he she with for on at not that they has had from by it out after says said but
    when who wont cant does been are were this there will up off all
    """)
ROMANCE = words_of("""
    el los las que y una por con para su sus se lo le esta muy mi al del como pero mas os um uma nao em com sua
    seu ao ele ela foi tem li nan yo ap ki pou gen nou mwen te ak sou desde quiere tiene dice ha hace ya porque
    sin hasta pra pro na nas dos das ou est les des une dans avec n l k epi gade fanmi timoun manman papa rele
    bezwen
    """)

DETERMINERS = words_of("""
    a an the this that these those his her their my our your its some any no every each another much more less
    little of el la los las un una unos unas o os as um uma le les du des su sus mi tu sua seu meu minha cada
    sin sem con com por de del da do yon nan sa tout chak pa full good great small big last next new old same
    own other whole
    """)
KIN = words_of("""
    aunt auntie aunty uncle grandmother grandma gma grandfather grandpa gpa nana mother mom mum mama mommy
    father dad daddy son sons daughter daughters brother brothers sister sisters sis bro twin twins cousin
    cousins nephew nephews niece nieces husband hubby wife spouse boyfriend bf girlfriend gf partner ex fiance
    fiancee stepfather stepdad stepmother stepmom stepson stepdaughter stepbrother stepsister godmother
    godfather godson goddaughter grandson granddaughter grandchild grandkids guardian baby child children kid
    kids boy boys girl girls toddler infant friend friends neighbor roommate roomie family parents siblings
    inlaw tia tio titi abuela abuelo abuelita mami papi prima primo hermana hermano hija hijo nieta nieto madre
    padre papa esposa esposo novia novio sobrina sobrino suegra suegro cunada cunado vecina vecino amiga amigo
    comadre compadre mae pai filha filho irma irmao avo vovo marido namorada namorado sobrinha sobrinho neta
    neto vizinha vizinho manman pitit fre se tonton matant tant grann granpe kouzen kouzin mari madanm mennaj
    vwazen zanmi
    """)
ROLES = words_of("""
    officer ofc ofcr detective det sergeant sgt lieutenant lt captain capt chief trooper deputy judge attorney
    atty coach principal nurse counselor counsellor teacher pastor father fr reverend rev sister imam rabbi
    deacon worker caseworker clinician landlord doctor dr prof professor mr mrs ms mx miss mister sr sra srta
    senor senora senorita don dona seu madame mme msye madan client clt patient pt guest resident student
    subject subj suspect victim caller driver operator rp party pty interpreter supervisor manager mgr advocate
    aide tenant juvenile juv witness applicant consumer member roommate supt wkr cw sw po lic licda ing soldado
    sargento oficial maestra maestro profesora profesor professora enfermeira enfermera pastora padre frei irma
    """)
"""Who may stand before a name."""
SAYING = words_of("""
    said says told tells asked asks refused refuses denied denies admits admitted wants wanted lives lived
    sleeps slept cried cries crying threatened threatens attends drinks drank uses used hit hits punched punches
    kicked kicks disclosed discloses feels felt believes thinks thought knows knew texted texts posted posts
    agreed signed called calls ran runaway went got runs moved reports reported left came stays stayed works
    worked keeps kept gets yelled screamed screams yells grabbed pushed shoved slapped choked strangled bit
    stabbed stole took takes hid hides cut cuts overdosed relapsed oded ods odd drove drives walked walks
    returned returns arrived woke tried tries swallowed smoked smokes vaped vapes ate eats missed misses skipped
    skips fought fights broke begged begs hung hangs jumped jumps brought brings gave gives saw sees heard hears
    hates loves likes needs needed goes stopped started speaks spoke swore promised lied lies met meets quit
    quits dropped showed shows failed passed died fell sold sells owes owed spent spends pulled threw throws
    wrote writes looked looks appeared appears seems seemed became turned turns turning lost made makes bought
    paid pays helped asking saying staying living sleeping hiding using drinking missing wandering waiting
    begging selling carrying hitting dating eloped fled vanished disappeared answered answers worries cares
    declined accepted requested requests states stated stating claims claimed describes described confirms
    confirmed shared expressed identifies identified presents presented exhibits exhibited remains continues
    continued struggles struggled babysits visited visits cooked cooks cleans cleaned dresses sat stood stands
    sits laughs laughed smiled smiles testified pleaded pled dice dijo quiere tiene vive duerme llego llega
    salio sale esta estaba fue llamo llama llora pide pidio necesita toma bebe trabaja perdio disse diz quer tem
    mora dorme chegou saiu estava foi ligou chora pede pediu precisa bebeu trabalha perdeu voltou caiu di te ap
    pa vle gen rete domi rive soti kriye bezwen travay pedi tounen swung snuck forgot shook bled froze overheard
    overslept held blew caught chose clung crept dealt fed flew forgave grew hurt knelt laid lay led lent let
    lit put rode rang sank sent set shot shut sang slid spat split stuck stung struck swam swept taught tore
    understood wept won wakes rents holds steals rides sends lets lends feeds forgets hurts locks waits watches
    wears shares shakes shoots sings snorts sticks swears swings talks teaches trusts wanders washes weighs
    whispers wins buys carries chokes climbs crawls curses deals drags dances gambles hoards injects panhandles
    squats sniffs reads parks plays rips breaks bangs tears prays digs paces moans slams limps shops naps
    mumbles wets bleeds breathes chases waves whips yanks
    """)
DOING = words_of("""
    arose awoke bade beat began bent bet bred built burnt burst cost dove dreamt drew dug flung forbade leapt
    learnt meant mistook misread outran overate overdid rose shrank slit smelt sought sped spilt spoilt sprang
    spun stank strode undid withdrew wound wove avoids bakes bathes beats begins begs blames boils bolts buries
    chats chooses coughs disappears dozes draws drifts enters faints fakes finds flees flinches freezes
    frightens gags grabs grieves grinds growls hallucinates helps ignores insists isolates joins knocks lacks
    lays lights listens loses means mutters nods obeys opens owns pleads presses pulls relies remembers resents
    roams rubs scares scratches shivers shouts shuts slaps slips slurs smashes smells snaps sobs spits starves
    stashes stops stares starts stumbles suffers supports swallows sweats tosses touches trembles twitches
    vomits warns weeps wheezes wishes wonders bullies stutters sneaks worsens whines yawns brags
    """)
"""What people do, besides SAYING: told only behind a name, where these are verbs."""
DOING_OR_THINGS = words_of("""
    aches attacks bails binges bites blacks blocks bruises builds burns catches cheats checks counts covers
    dreams drops escapes falls fears flips follows guards hugs itches jokes kisses leaves moves offers orders
    packs panics passes picks plans points promises pushes races rages rambles rests rocks searches sets strikes
    trades trips plots posts rolls kicks
    """)
"""The same, where they may be things as well: then a person's sentence has to go on behind them."""
GOES_ON = words_of("""
    his her the a an up out off him them it himself herself at every over through around into down about everyone people
    someone everything anyone nobody nothing constantly daily when if whenever
    """)
BEING = words_of("""
    is was has had isnt wasnt hasnt hadnt does did doesnt didnt wont cant can could would should couldnt wouldnt
    shouldnt hes shes never always also still just already finally reportedly allegedly often again apparently
    es era esta estaba fue ha habia no e foi tem estava nao
    """)
AFTER_BEING_THING = words_of("""
    short thin shown given limited scarce hard wearing something nothing enough everything possible important
    the when what why where how all something that due parked registered towed impounded paid pending needed
    required covered low high higher over nearly too running expected available included only one lost
    """)
"""After "was" or "is", these speak of a thing or a time, as in "June was the last month"."""
HUMAN_AFTER_IS = words_of("""
    afraid scared pregnant missing staying living sleeping back here safe home alone sick hungry homeless
    suicidal depressed anxious using drunk high
    """)
THING_DOES = words_of("""
    based funded ended ends expired expires expire covers covered cover helps remains remained increased rated
    related driven run runs pays paid lost lifted opened closes closed costs starts started stopped brings made
    makes shows turned needs looks rose fell dropped went goes came comes seems breaks broke continues passed
    failed keeps presents needed required grew began cost meant means built drew shrank leaves stops opens
    begins offers sets draws sank sent led set lay stuck shot split let rang won holds hangs hurts waits wins
    drops slips rests builds
    """)
"""What a grant, a bill, a chase, the summer or hope may do: a person too, but seldom at the beginning of a note."""
THINGS = words_of("""
    joy mercy
    bill price grant chance art dawn summer winter autumn spring season sunday monday friday page faith hope
    grace charity chase june may april august march job case lane grade drug rent peace patience honor justice
    liberty freedom glory fate fortune luck promise trust story memory mystery success
    power praise prayer reign journey rain storm snow river ocean lake forest field hill sun moon rock
    stone wood bear cash gold silver house room bay west east
    north south jeans china sage
    candy honey sugar cookie pumpkin pepper peach peaches apple berry brandy sherry wine coke
    heaven legend unity eden easter christmas holiday blessing favor gift surprise treasure
    love passion desire dream merit worth guard reed reef port pike tank van dill mint stem net
    fern leaf ash
       """)
MONEY = words_of("bill price grant chance rent cash job case grade drug gold silver story page lane house room stone rock")
TIMES = words_of(
    "jan may june april march august summer winter autumn spring season dawn sunday monday friday easter christmas"
)
PERSON_AFTER = words_of("""
    in back home over w with to out here again her his the a custody consciousness weight help crying away off
    missing running asking
    """)
"""After "came", "lost", "needs" and the like these tell of a person: "Faith came back", and not "faith came first"."""
HOW_IT_WAS = words_of("ok okay good fine rough hard bad long quiet better worse worst hot cold best great tough busy rainy")
ANYBODY = words_of("guy lady")
NOT_SEEN = words_of("""
    seen home here answering eating sleeping taking safe ok okay well breathing responding responsive talking
    speaking allowed coming going attending heard found picking feeling willing cooperative oriented
    """)
STATES = words_of("""
    afraid scared pregnant unresponsive intoxicated drunk homeless suicidal crying sober hungry upset alone
    missing unconscious bruised bleeding awake asleep barefoot agitated anxious tearful injured hurt lonely
    frightened terrified worried evicted arrested hospitalized discharged ok okay here gone home sleeping
    wandering yelling screaming naked beaten stabbed assaulted found seen sick
    """)
"""What a note says of a person without "is": "dawn unresponsive, narcan given"."""
PLACED = {
    "off": words_of("meds the drugs her his zoloft insulin program"),
    "in": words_of("the ed er jail hospital detox custody crisis foster tears labor court icu rehab shelter school a his her"),
    "out": words_of("of ama on all"),
    "on": words_of("the roof bridge a suboxone methadone her his floor"),
    "at": words_of("the shelter ed er school hospital home risk her his door"),
    "back": words_of("in at with w to on from again home using"),
    "w": words_of("bruises burns a his her the cuts two no black swollen injuries"),
    "with": words_of("bruises burns his her cuts two black swollen injuries"),
    "c": words_of("o"),
    "no": words_of("show shows call answer longer"),
    "last": words_of("seen heard known"),
    "not": NOT_SEEN,
}
"""Where a note says of a person that she is, with the words that follow: "hope off meds", "june not seen since"."""
VIOLENT = words_of("""
    hit hits hitting beat beats beating punched punches choked chokes strangled kicked kicks stabbed slapped
    slaps bit grabbed shoved pushed raped molested touched threatened assaulted abused hurts burned bruised
    robbed bullies bullied restrained tased narcaned cuffed
    """)
SEEING = words_of("saw seen found see left dropped escorted transported drove brought took")
CARING = words_of("""
    worried afraid scared concerned looking custody check checked word heard call msg message voicemail text
    appt visit meeting waiting searching visited vm mgr manager worker clinician therapist lawyer voucher bed
    referral eval report warrant
    """)
CARED_WITH = words_of("about of for from with w on")
FOLLOWS_PERSON = words_of("""
    and or but is was has had are were will said says who at on in by when because so with w after before since
    about that to if he she they again today tonight tomorrow yesterday up off out here home then while for
    """)
BASE_VERBS = words_of("""
    come go feel want show sleep eat take answer know return call speak say let like have need drink use trust
    talk fight argue share get keep leave live open remember see
    """)
HOLDERS = words_of("""
    men man many song pen
    hunter robin king prince queen princess lady guy season summer winter autumn spring day judge child shepherd
    dean bishop pope porter bear lion tiger fox wolf wren swan dog star sun moon sunday monday friday june april
    march may july lord doctor driver knight pilot poet sailor soldier captain major duke earl baron general
    mayor deacon priest today year hospital landlord state city court rain art bill love nature earth mother
    """)
"""Whose "'s" is a thing's: a hunter's knife, summer's end."""
DOERS = words_of("""
    will may mark chase rob sue rose drew nick lance wade pat grant bill hope jack frank grace chuck buck duck
    skip rush trip rip dash pierce peg dot cash cherish charm crew
    """)
"""Names that are verbs too: after "son" or "they", a verb is more likely."""
OPENING_NO = words_of("""
    the a an this that these those it its them him her his their my your our us me to for of in on off up down
    out over through after about from into onto and or be not all any no some each every more most less than so
    if as at by
    """)
"""After a name that opens a sentence these seldom stand; after a verb or a thing they do."""
SPOKEN_TO = words_of("""
    told tell texted called phoned met saw visited emailed messaged contacted dating named nicknamed married
    asked ask remind reminded find found helped help calling seeing meeting texting thank thanks contact pls
    please hi hello dear hey bring brought paired likes loves hates knows says said claims states thinks
    believes that because and but when if while where why since then although though before after reach picked
    drove escorted transported released discharged admitted arrested confronted interviewed
    """)
ASIDE = words_of("""
    that because and but when if while where why since then although though before after says said claims states
    thinks believes
    """)
"""After these a sentence begins anew: who is named then does something."""
MEETING = words_of("""
    going go ride rides riding text txt texts call calls called message messages msg letter voicemail vm email
    note spoke speak speaking talked talk talking met meeting meet stays staying stay lives living live visit
    visits visited checked check left leave crashing couch dating followup fu went goes came home hangs hanging
    word hear heard lost contact interview interviewed sit sat shared shares fight fights fighting fought argued
    break broke
    """)
GROUPS = words_of(
    "family familys families kids kid children brothers boys sisters girls twins household residence home clan siblings case"
)
PARTICLES = words_of("de da do dos das del la las los van von bin ibn al el st ben abu bint di du le san santa y e")
GERUND_LIKE = ("ing",)
