"""Korean particles: `web을(를)` is written, and read as what follows the sound that the word before it ends in.

A Hangul syllable says whether it ends in a consonant, a digit ends as it is read in Korean, a Latin word roughly as it
is borrowed: 웹을, 서버를, 클라이언트를. A word in capitals or without vowels is spelled out: CDN을, DB를.
"""

import re
from functools import lru_cache
from typing import Literal

Ending = Literal["vowel", "consonant", "rieul"]

#: Written form -> what follows a consonant, what follows a vowel.
_PARTICLES = {
    "이(가)": ("이", "가"),
    "을(를)": ("을", "를"),
    "은(는)": ("은", "는"),
    "와(과)": ("과", "와"),
    "(으)로": ("으로", "로"),
}
_WRITTEN = re.compile("|".join(re.escape(written) for written in _PARTICLES))
_LAST = re.compile(r"([가-힣]|[0-9]|[A-Za-z]+)[^\w가-힣%]*$")
_SPELLED = re.compile(r"[A-Z]+|[^aeiouyAEIOUY]+|[A-Za-z]")
_BORROWED = re.compile(r"(?:[mn]e?|ng|(?<![aeiou])[aeiou](?:b|ck?|pp?|tt?))$")
_HEARD = 80  # letters from the end among which the last word is looked for: more than an id has
_DIGITS: dict[str, Ending] = {
    "0": "consonant",
    "1": "rieul",
    "3": "consonant",
    "6": "consonant",
    "7": "rieul",
    "8": "rieul",
}


@lru_cache(maxsize=4096)  # most sentences of a report are those of the report before
def with_particles(text: str) -> str:
    """The text with every particle that was written in both forms chosen by the word before it."""
    parts: list[str] = []
    done = 0
    for match in _WRITTEN.finditer(text):
        before = text[done : match.start()]
        after_consonant, after_vowel = _PARTICLES[match[0]]
        ending = ending_of(before)
        open_end = ending == "vowel" or (ending == "rieul" and match[0] == "(으)로")
        parts += [before, after_vowel if open_end else after_consonant]
        done = match.end()
    return "".join([*parts, text[done:]])


def ending_of(text: str) -> Ending:
    """The sound that a text ends in when it is read in Korean; quotes and brackets at its end are not heard."""
    word = text[-1:]
    if not ("0" <= word <= "9" or "가" <= word <= "힣"):
        found = _LAST.search(text[-_HEARD:])
        if found is None:
            return "vowel"
        word = found[1]
    if "가" <= word <= "힣":
        final = (ord(word) - ord("가")) % 28
        return "vowel" if final == 0 else "rieul" if final == 8 else "consonant"
    if word.isdigit():
        return _DIGITS.get(word, "vowel")
    last = word[-1].lower()
    if _SPELLED.fullmatch(word):
        return "rieul" if last in "lr" else "consonant" if last in "mn" else "vowel"
    if word.lower().endswith(("l", "le")):
        return "rieul"
    return "consonant" if _BORROWED.search(word.lower()) else "vowel"
