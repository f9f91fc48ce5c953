"""Whether a word is a form of a Spanish or Portuguese one: the lists hold "vecino" and "asustar", people write "asustaron"."""

import re
from collections.abc import Iterator
from functools import lru_cache

from situations.deidentify_grammar import words_of
from situations.deidentify_lexicon import Known, known

_VERB_ENDING = re.compile(
    r"(?:o|as?|amos?|ais|an|am|es?|emos?|imos?|eis|en|em|i|u|ou|eu|iu|aste|iste|este|aron|ieron|aram|eram|iram|aba[ns]?|abamos|ava[ms]?|avamos"
    r"|ia[nms]?|iamos|ara[ns]?|are|aras|aremos|aran|arao|era[ns]?|ere|eras|eremos|erao|ira[ns]?|ire|iras|iremos|irao|aria[nms]?|eria[nms]?|iria[nms]?"
    r"|ad[oa]s?|id[oa]s?|ando|iendo|endo|indo|yendo|ase[nm]?|iese[n]?|esse[m]?|iera[ns]?|io)(?:(?:me|te|se|nos|l[oae]s?|sel[oa]s?|lh?[eoa]s?))?"
)
_INFINITIVE = re.compile(r"(?P<base>[a-z]{2,14}[aei]r)(?:me|te|se|nos|l[oae]s?|mel[oa]|sel[oa]s?)?\Z")
_NOUN = words_of("""
    s: es: as:o a:o os:a ces:z ito:o ita:a itos:o itas:a ito: ita: cito: cita: inho:o inha:a inhos:o inhas:a
    zinho: zinha: mente: amente:o oes:ao aes:ao ais:al eis:el ns:m isimo:o isima:o azo:o ote:o ones:on anes:an
    """)
_CHANGES = (
    ("ie", "e"),
    ("ue", "o"),
    ("ue", "u"),
    ("qu", "c"),
    ("gu", "g"),
    ("c", "z"),
    ("j", "g"),
    ("i", "e"),
    ("u", "o"),
    ("zc", "c"),
    ("g", ""),
    ("y", ""),
)
_WORDS = frozenset({Known.FOREIGN, Known.ELSEWHERE, Known.COLLIDES})
_ENDINGS = ("ar", "er", "ir")
_SHORTEST, _LONGEST_ENDING, _AFTER_CHANGE = 4, 9, 3
_IRREGULAR = words_of("""
    tiene tienes tienen tengo tuvo tuve tuvieron tenia tenian dice dicen digo dijo dijeron dije hace hacen
    hago hizo hicieron hecho hechos dicho puede pueden puedo pudo pudieron quiere quieren quiero quiso
    quisieron viene vienen vengo vino vinieron sabe saben supo supieron pone ponen puso pusieron puesto sale
    salen salgo vuelve vuelven volvio vuelto esta estan estoy estuvo estuvieron estaba estaban era eran fue
    fueron somos soy eres son sea sean haya hayan habia habian hubo han hemos ha he muerto muere murio duerme
    duermen durmio pide piden pidio sigue siguen siguio siente sienten sintio miente juega juegan empieza
    empiezan pierde pierden cierra piensa piensan entiende entienden cuenta cuentan muestra encuentra
    encontraron trae traen trajo trajeron oye oyen oyo cae caen cayo da dan dio dieron va van voy iba iban
    vaya tem tinha tinham teve tiveram tenho diz dizem disse disseram faz fazem fez fizeram feito dito pode
    podem pude pos puseram veio vieram vem soube sai saem saiu estao estava estavam esteve foi foram sao seja
    ser eram vai vao vou houve deu deram viu viram leva quer querem quis dorme dormem pede pedem perde perdem
    sente sentem ouve ouviu poe traz trouxe cai caiu fica ficam ficou ficaram some sumiu ninos nina nino ninas
    chicos chica chicas vecinos vecinas abuelos hijos hijas papas bebe bebes semana semanas noche noches
    criancas crianca meninos meninas menino menina vizinhos filhos filhas noites
    """)


@lru_cache(maxsize=4096)
def is_form(word: str) -> bool:
    """Whether it is such a form, in plain small letters; a name that is none on any list counts as none."""
    if word in _IRREGULAR:
        return True
    return len(word) >= _SHORTEST and any(known(base) in _WORDS for base in _bases(word))


def _bases(word: str) -> Iterator[str]:
    for change in _NOUN:
        ending, _arrow, instead = change.partition(":")
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST - 1:
            yield word.removesuffix(ending) + instead
    infinitive = _INFINITIVE.match(word)
    if infinitive:
        yield infinitive["base"]
    for length in range(1, min(len(word) - 1, _LONGEST_ENDING)):
        stem = word[:-length]
        if _VERB_ENDING.fullmatch(word[-length:]):
            yield from (stem + end for end in _ENDINGS)
            for one, other in _CHANGES:
                before, found, after = stem.rpartition(one)
                if found and len(after) <= _AFTER_CHANGE:
                    yield from (before + other + after + end for end in _ENDINGS)
