"""Writes lexicon.txt.gz out of packages with free licences and the lists beside this file.

Run it in an environment of its own, with nothing of HubTable: `python -m venv v`, then
`v/bin/pip install --no-deps philter-lite==0.6.0 Faker==40.54.0 names==0.3.0 english-words==2.0.2 pyspellchecker==0.9.1`,
then `v/bin/python situations/data/names/build.py`. Reads data files only; no code of these packages is run, but Faker's.
The licences are kept in LICENCES.md.
"""

import gzip
import hashlib
import importlib
import json
import pickle
import re
import sysconfig
import tomllib
import unicodedata
from collections import Counter
from pathlib import Path

HERE = Path(__file__).parent
PACKAGES = Path(sysconfig.get_paths()["purelib"])
STROKES = str.maketrans(
    {"đ": "d", "ð": "d", "ł": "l", "ø": "o", "ħ": "h", "\u0131": "i", "æ": "ae", "œ": "oe", "þ": "th", "ß": "ss"}
)
CULTURES = [
    "american",
    "arabic_afghan",
    "chinese_korean",
    "haitian",
    "irish_italian",
    "khmer",
    "latin_american",
    "portuguese_cape_verdean",
    "somali_east_african",
    "south_asian_other",
    "vietnamese",
    "west_african",
]
LATIN_LOCALES = [
    "da_DK",
    "de_DE",
    "en_GB",
    "en_IE",
    "en_IN",
    "en_KE",
    "en_NG",
    "en_US",
    "es_AR",
    "es_CL",
    "es_CO",
    "es_ES",
    "es_MX",
    "fr_FR",
    "fr_QC",
    "ga_IE",
    "ha_NG",
    "ig_NG",
    "it_IT",
    "nl_NL",
    "no_NO",
    "pl_PL",
    "pt_BR",
    "pt_PT",
    "ro_RO",
    "sv_SE",
    "sw",
    "tr_TR",
    "tw_GH",
    "vi_VN",
    "yo_NG",
    "zu_ZA",
    "zh_CN",
    "zh_TW",
]
OWN = ("ambiguous", "romance_ambiguous", "ordinary", "haitian", "words_field", "words_creole", "words_iberian")
SHORTEST_MEDICAL, LEAST_COUNT, SELDOM = 6, 50, 200
FREQUENT = 3000
"""Occurrences in pyspellchecker's corpus from which an English word counts as frequent: what a slip of the finger may mean."""
ROMANCE = {"es": 60, "pt": 150, "fr": 1500}
"""Occurrences from which a word of these languages counts as one; below stand names and other languages."""
COMMON_IN_ROMANCE, GRAMMAR_OF_ROMANCE = 4000, 150_000
"""Occurrences in all three together from which a name is a word there as well, and from which it is hardly a name."""
KNOWN_SURNAMES = 20_000
"""How many of the Census's surnames, by frequency, count as known names."""
MEDICAL = re.compile(
    r"(?:ine|ol|am|azole|itis|osis|pathy|one|ide|ate|min|pril|artan|statin|mab|cillin|mycin|micin|oxacin|cycline|dipine|olol|pam|lam|barb"
    r"|phobia|philia|emia|uria|algia|ectomy|otomy|oscopy|ology|ologist|ologic|iatric|iatry|graphy|gram|plegia|paresis|penia|cyte|itic|otic|oma|omas"
    r"|ing|ed|ly|ness|ment|tion|sion|able|ible|less|ful|ship|ism|ist|ists|ity|ive|ous|al|ic|ical|ally|ics)s?$"
)
BRANDS = frozenset(
    [
        "suboxone",
        "narcan",
        "vivitrol",
        "sublocade",
        "methadone",
        "naloxone",
        "fentanyl",
        "klonopin",
        "xanax",
        "ativan",
        "valium",
        "zyprexa",
        "seroquel",
        "risperdal",
        "abilify",
        "haldol",
        "clozaril",
        "depakote",
        "lamictal",
        "zoloft",
        "prozac",
        "lexapro",
        "celexa",
        "paxil",
        "wellbutrin",
        "effexor",
        "cymbalta",
        "remeron",
        "trazodone",
        "buspar",
        "vistaril",
        "ritalin",
        "concerta",
        "adderall",
        "vyvanse",
        "strattera",
        "percocet",
        "oxycontin",
        "vicodin",
        "dilaudid",
        "demerol",
        "neurontin",
        "lyrica",
        "topamax",
        "tegretol",
        "invega",
        "latuda",
        "geodon",
        "lasix",
        "lipitor",
        "norvasc",
        "plavix",
        "coumadin",
        "eliquis",
        "xarelto",
        "metformin",
        "insulin",
        "lantus",
        "humalog",
        "januvia",
        "ozempic",
        "synthroid",
        "prilosec",
        "nexium",
        "pepcid",
        "zantac",
        "tylenol",
        "motrin",
        "advil",
        "aleve",
        "ibuprofen",
        "benadryl",
        "claritin",
        "zyrtec",
        "albuterol",
        "ventolin",
        "advair",
        "symbicort",
        "spiriva",
        "flovent",
        "singulair",
        "prednisone",
        "amoxicillin",
        "augmentin",
        "keflex",
        "bactrim",
        "cipro",
        "zofran",
        "imodium",
        "aricept",
        "namenda",
        "exelon",
        "sinemet",
        "keppra",
        "dilantin",
        "ambien",
        "lunesta",
        "antabuse",
        "campral",
        "naltrexone",
        "buprenorphine",
        "subutex",
        "tramadol",
        "oxycodone",
        "hydrocodone",
        "morphine",
        "heroin",
        "cocaine",
        "methamphetamine",
        "ketamine",
        "ecstasy",
        "detox",
        "meds",
        "tonite",
        "wont",
        "obs",
        "telehealth",
    ]
)


def folded(value: str) -> str:
    letters = unicodedata.normalize("NFKD", value).casefold().translate(STROKES)
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).replace("\u2019", "'")


def words_in(text: str) -> set[str]:
    """Folded words of a list of our own: whole ones without apostrophes, hyphenated ones joined."""
    return {re.sub(r"['-]", "", word) for word in folded(text).split()}


def own(name: str) -> set[str]:
    return words_in((HERE / f"{name}.txt").read_text(encoding="utf-8"))


def census(part: str) -> list[str]:
    return [line.split()[0].lower() for line in (PACKAGES / "names" / f"dist.{part}").read_text(encoding="ascii").splitlines()]


def philter() -> dict[str, list[str]]:
    sets = tomllib.loads((PACKAGES / "philter_lite" / "filters" / "set.toml").read_text(encoding="utf-8"))
    return {name: [folded(word) for word in sets[name]] for name in ("nonames", "firstnames", "lastnames")}


def webster() -> set[str]:
    """Words that Webster's dictionary of 1934 writes without a capital."""
    return {word for word in pickle.loads((PACKAGES / "english_words/data/web2.pickle").read_bytes()) if word.islower()}  # noqa: S301


def corpus(language: str) -> Counter[str]:
    raw = gzip.decompress((PACKAGES / "spellchecker" / "resources" / f"{language}.json.gz").read_bytes())
    counted: Counter[str] = Counter()
    for word, count in json.loads(raw).items():
        counted[folded(word).replace("'", "")] += count
    return counted


def faker() -> set[str]:
    """First and last names of the locales in Latin letters."""
    found: list[str] = []
    for locale in LATIN_LOCALES:
        provider = importlib.import_module(f"faker.providers.person.{locale}").Provider
        for attribute in dir(provider):
            if attribute.startswith(("first_", "last_")) and "format" not in attribute and "prefix" not in attribute:
                values = getattr(provider, attribute)
                if isinstance(values, (tuple, list, dict)):
                    found += [value for value in values if isinstance(value, str)]
    return {word for value in found for word in words_in(re.sub(r"[()]", " ", value))}


class Weigher:
    """All lists at once; tells the class of a word, as situations/deidentify_lexicon.py names them."""

    def __init__(self) -> None:
        lists = philter()
        self.english, self.webster = corpus("en"), webster()
        self.first = set(census("male.first")) | set(census("female.first"))
        self.surnames = set(census("all.last")[:KNOWN_SURNAMES])
        self.own = {name: own(name) for name in OWN}
        self.plain = self.own["ordinary"] | self.own["words_field"]
        cultures = set().union(*map(own, CULTURES))
        self.spoken = sum((corpus(name) for name in ROMANCE), Counter[str]())
        self.romance = {word for name, least in ROMANCE.items() for word, count in corpus(name).items() if count >= least}
        self.romance |= self.own["words_creole"] | self.own["words_iberian"]
        self.known = (self.first | cultures | faker()) - self.own["ordinary"]
        self.names, self.carried = self.known | self.surnames, self.first | self.own["haitian"]
        self.rare = (set(lists["firstnames"]) | set(lists["lastnames"])) - self.own["ordinary"]
        self.medical = {word for word in lists["nonames"] if word in BRANDS or self._is_medical(word)}

    def classes(self) -> dict[str, str]:
        """Word to class, for all words that fit."""
        every = set().union(
            self.known, self.rare, self.surnames, *self.own.values(), self.romance, self.medical, self.english, self.webster
        )
        return {word: self._class_of(word) for word in every if re.fullmatch(r"[a-z]{2,24}", word)}

    def _is_medical(self, word: str) -> bool:
        return bool(MEDICAL.search(word)) and len(word) >= SHORTEST_MEDICAL and word not in self.rare

    def _is_english(self, word: str) -> bool:
        if word in self.plain or word in self.own["ambiguous"]:
            return True
        count = self.english.get(word, 0)
        if count >= FREQUENT and word not in self.first and word not in self.carried:
            return True
        if word in self.first or word in self.surnames or word in self.rare:
            in_dictionary = word in self.webster or _stemmed(word, self.webster)
            return count > 0 and in_dictionary and (count > LEAST_COUNT or word not in self.first)
        return count > 0 or word in self.webster

    def _class_of(self, word: str) -> str:
        for one in (self._either, self._elsewhere, self._name, self._english_word):
            found = one(word)
            if found:
                return found
        rest = (("L", self.surnames), ("R", self.romance), ("M", self.medical))
        return next((letter for letter, among in rest if word in among), "W")

    def _either(self, word: str) -> str:
        if word in self.own["ambiguous"]:
            return "A"
        return "B" if word in self.own["romance_ambiguous"] else ""

    def _elsewhere(self, word: str) -> str:
        spoken = word in self.own["words_creole"] or word in self.own["words_iberian"]
        if spoken and word in self.carried and word not in self.plain:
            return "B"
        if self._is_english(word):
            return ""
        if word in self.names and self.spoken[word] >= COMMON_IN_ROMANCE:
            return "R" if self.spoken[word] >= GRAMMAR_OF_ROMANCE else "B"
        return "R" if spoken else ""

    def _name(self, word: str) -> str:
        in_english, count = self._is_english(word), self.english.get(word, 0)
        if word in self.first and word not in self.own["ordinary"]:
            return "A" if in_english and count >= FREQUENT * 4 else "N"
        if word in self.known:
            seldom = count < SELDOM and len(word) >= SHORTEST_MEDICAL - 1
            return "N" if not in_english or seldom or (word not in self.webster and count < FREQUENT) else "C"
        return ""

    def _english_word(self, word: str) -> str:
        if not self._is_english(word):
            return ""
        letter = "s" if word in self.surnames else "o"
        return letter.upper() if self.english.get(word, 0) >= FREQUENT or word in self.plain else letter


def _stemmed(word: str, among: set[str]) -> bool:
    ends = (
        ("s", ""),
        ("es", ""),
        ("ies", "y"),
        ("ed", ""),
        ("ed", "e"),
        ("d", ""),
        ("ing", ""),
        ("ing", "e"),
        ("er", ""),
        ("ly", ""),
        ("ers", ""),
    )
    return any(word.endswith(end) and word.removesuffix(end) + instead in among for end, instead in ends)


def written(found: dict[str, str]) -> bytes:
    """One line a beginning of three letters: what follows it, each ending followed by its class."""
    by_beginning: dict[str, list[str]] = {}
    for word in sorted(found):
        by_beginning.setdefault(word[:3], []).append(f"{word[3:]}:{found[word]}")
    lines = [f"{beginning}\t,{','.join(endings)}" for beginning, endings in sorted(by_beginning.items())]
    body = "\n".join(lines).encode("ascii")
    return hashlib.sha256(body).hexdigest().encode("ascii") + b"\n" + body


if __name__ == "__main__":
    result = Weigher().classes()
    (HERE / "lexicon.txt.gz").write_bytes(gzip.compress(written(result), 9, mtime=0))
    print(Counter(result.values()), len(result), (HERE / "lexicon.txt.gz").stat().st_size)
