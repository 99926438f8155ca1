"""English verbs at the head of a clause: "Plan and inspect roofs" → planned, planning."""

from __future__ import annotations

import re

_PASTS = """
lead:led write:wrote build:built rebuild:rebuilt keep:kept make:made meet:met teach:taught
give:gave take:took run:ran set:set hold:held sell:sold buy:bought draw:drew drive:drove
know:knew oversee:oversaw read:read feed:fed find:found get:got grow:grew lay:laid cut:cut
put:put spread:spread send:sent speak:spoke sweep:swept tell:told understand:understood
undertake:undertook wear:wore withdraw:withdrew bind:bound bend:bent break:broke bring:brought
catch:caught choose:chose do:did fight:fought forecast:forecast grind:ground hang:hung
input:input leave:left let:let lend:lent pay:paid ride:rode see:saw seek:sought sew:sewed
shoot:shot show:showed shut:shut spin:spun split:split strike:struck troubleshoot:troubleshot
weave:wove win:won wind:wound blow:blew fly:flew dig:dug hear:heard go:went come:came
become:became begin:began stand:stood sing:sang swim:swam dive:dived string:strung stick:stuck
bid:bid cast:cast breed:bred rewrite:rewrote override:overrode relay:relayed learn:learned
sharpen:sharpened
"""
_DOUBLING = """
plan cut set ship fit trim stop scan program refer confer submit transmit admit control permit
occur transfer dig run get put let strip drop clip cap tap pin plug wrap mop map grip hem stir
step swap tag trap wet whip win begin bid chop clap dip dub grab hit jog log pat plot prep prop
quit rub rig rid rip scrub shop shut sit skim slit snap spin split spot stun swim tip top unplug
zip equip compel propel dispel excel
"""
_IRREGULAR = {verb: past for verb, _, past in (pair.partition(":") for pair in _PASTS.split())}
_DOUBLES = frozenset(_DOUBLING.split())  # the last letter is doubled: planned


def past_of(verb: str) -> str:
    """The past tense: "apply" → "applied"."""
    if verb in _IRREGULAR:
        return _IRREGULAR[verb]
    if verb.endswith("e"):
        return verb + "d"
    if verb.endswith("y") and verb[-2:-1] not in "aeiou":
        return verb[:-1] + "ied"
    return verb + (verb[-1] if verb in _DOUBLES else "") + "ed"


def gerund_of(verb: str) -> str:
    """The -ing form: "make" → "making"."""
    if verb.endswith("ie"):
        return verb[:-2] + "ying"
    if verb.endswith("e") and not verb.endswith(("ee", "oe", "ye")):
        return verb[:-1] + "ing"
    return verb + (verb[-1] if verb in _DOUBLES else "") + "ing"


_WORDS = re.compile(r"[A-Za-z-]+")


def heads_of(clause: str, verbs: frozenset[str]) -> list[tuple[int, int]]:
    """Where the coordinated verbs that open the clause stand: "Cut, trim, or weld" has three."""
    spans: list[tuple[int, int]] = []
    expected = True
    for match in _WORDS.finditer(clause):
        word = match[0].lower()
        between = clause[spans[-1][1] : match.start()] if spans else ""
        if word in verbs and (expected or "," in between):
            spans.append(match.span())
            expected = False
        elif word in ("and", "or") and spans and not expected:
            expected = True
        else:
            break
    return spans


def put_into(form: str, clause: str, verbs: frozenset[str]) -> str:
    """The clause with its opening verbs in `form` ("past" or "gerund"); "or" becomes "and"."""
    spans = heads_of(clause, verbs)
    change = past_of if form == "past" else gerund_of
    for start, end in reversed(spans):
        clause = clause[:start] + change(clause[start:end].lower()) + clause[end:]
    if len(spans) > 1:
        stop = spans[-1][1] + 12
        clause = re.sub(r"\bor\b", "and", clause[:stop]) + clause[stop:]
    return clause[:1].upper() + clause[1:]
