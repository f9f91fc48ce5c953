import html
import time

import nh3
import pytest
from django.template import Context, Engine
from django.utils.functional import Promise

from hub.core.text import TextRefused, folded, plain, strip_markup, whole_number

HOSTILE = [
    "<script>alert(1)</script>",
    "<<b>script>alert(1)</script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    '<img src=x onerror="alert(1)">',
    "<svg/onload=alert(1)>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    '<a href="javascript:alert(1)">here</a>',
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<textarea></textarea><script>alert(1)</script>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?php echo 1 ?><b>bold</b>",
    '"><script>alert(1)</script>',
    "' onmouseover='alert(1)",
    "{{ secret }} {% load static %}",
    "<img src=x onerror=alert(1)//",
    "<b",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&amp;lt;script&amp;gt;alert(1)",
    "&#60;script&#62;alert(1)",
    "<form action=/logout><button>Go</button></form>",
    "<style>body{display:none}</style>text",
    "<template><script>alert(1)</script></template>",
    "<xmp><p title='</xmp><script>alert(1)</script>'></xmp>",
    "java\u0000script<\u0000script>alert(1)</script>",
]


def rendered(value: str) -> str:
    return Engine().from_string("<p>{{ text }}</p>").render(Context({"text": value}))


@pytest.mark.parametrize(
    "typed",
    [
        "5 < 6 & 7 > 3",
        "Mother & son, <3 hours of sleep",
        "R&D; &amp; &lt;b&gt; stay as typed",
        'Says "no", isn\'t coming',
        "Núñez, Đặng, សុភា, مريم, 王",
        "one\n\ntwo\tthree",
        "",
    ],
)
def test_plain_keeps_honest_text_as_typed(typed: str) -> None:
    assert plain(typed, limit=200) == typed
    assert html.unescape(rendered(plain(typed, limit=200))) == f"<p>{html.unescape(html.escape(typed))}</p>"


@pytest.mark.parametrize("typed", HOSTILE)
def test_plain_leaves_no_tag_that_a_browser_grade_parser_sees(typed: str) -> None:
    ours = plain(typed, limit=500)
    theirs = html.unescape(nh3.clean(html.escape(ours, quote=False), tags=set()))
    assert theirs == ours
    assert not nh3.is_html(rendered(ours).removeprefix("<p>").removesuffix("</p>"))


@pytest.mark.parametrize("typed", HOSTILE)
def test_plain_in_autoescaped_template_is_harmless(typed: str) -> None:
    shown = rendered(plain(typed, limit=500))
    assert nh3.clean(shown, tags={"p"}, attributes={}) == nh3.clean(shown)
    assert shown.count("<") == 2


@pytest.mark.parametrize("typed", HOSTILE)
def test_plain_keeps_the_words_that_nh3_keeps(typed: str) -> None:
    theirs = html.unescape(nh3.clean(typed, tags=set(), clean_content_tags=set()))
    words = plain(typed, limit=500)
    assert [word for word in theirs.split() if word.isalpha() and word not in words] == []


@pytest.mark.parametrize("typed", HOSTILE)
def test_plain_twice_is_plain_once(typed: str) -> None:
    once = plain(typed, limit=500)
    assert plain(once, limit=500) == once


def test_plain_normalises_line_ends_and_unicode() -> None:
    assert plain(" a\r\nb\rc\u2028d\u0085e\ff ", limit=20) == "a\nb\nc\nd\ne\nf"
    assert plain("Nun\u0303ez", limit=20) == "Nuñez"


@pytest.mark.parametrize(
    "hidden",
    [
        "\x00",
        "\x1b",
        "\x7f",
        "\u202e",
        "\u202a",
        "\u2066",
        "\u2069",
        "\u200b",
        "\ufeff",
        "\u00ad",
        "\ud800",
        "\U000e0041",
    ],
)
def test_plain_drops_what_no_reader_can_see(hidden: str) -> None:
    assert plain(f"safe{hidden}ty", limit=20) == "safety"


def test_plain_keeps_joiners_that_shape_letters() -> None:
    persian = "می\u200cخواهم"  # noqa: RUF001 -- letters of another script
    assert plain(persian, limit=20) == persian


def test_plain_over_limit_is_refused_in_plain_words() -> None:
    assert plain("a" * 10, limit=10) == "a" * 10
    with pytest.raises(TextRefused) as refused:
        plain("a" * 11, limit=10)
    assert isinstance(refused.value, ValueError)
    assert isinstance(refused.value.message, Promise)
    assert str(refused.value) == "This text has 11 characters; at most 10 fit here. Please shorten it."


def test_plain_measures_what_is_readable() -> None:
    assert plain("  " + "a" * 10 + "\u200b\r\n", limit=10) == "a" * 10


def test_strip_markup_of_deep_nesting_ends_soon() -> None:
    nested = "<" * 400 + "b>" * 400
    started = time.perf_counter()
    assert "<" not in strip_markup(nested)
    assert time.perf_counter() - started < 2


@pytest.mark.parametrize(
    ("typed", "compared"), [("ÑÚÑEZ", "nunez"), ("Đặng", "dang"), ("Łukasz", "lukasz"), ("Straße", "strasse")]
)
def test_folded_ignores_case_and_accents(typed: str, compared: str) -> None:
    assert folded(typed) == compared


def test_whole_number_reads_what_our_pages_send_and_nothing_else():
    assert [whole_number(typed) for typed in ("0", "17", "9" * 15)] == [0, 17, 999_999_999_999_999]
    odd = ("", "-1", "1.5", "٣", "²", " 1", "1e3", "9" * 16, "9" * 5000)
    assert [whole_number(typed) for typed in odd] == [None] * len(odd)
