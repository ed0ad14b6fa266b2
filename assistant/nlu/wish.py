"""Who asks for a person says so in few ways, and must always be heard: rules beside the model."""

from __future__ import annotations

import re

_SOMEBODY = r"""(?:
    (?:some|any) [ ]? (?:one|body|1) (?:[ ]else)? | sum1 | sombody | somone
    | (?:an?|another|ur|your|the|one[ ]of[ ](?:your|ur|the)|some|any|this|that|actual|real|live|my)
      (?:[ ]\w+){0,3}? [ ]
      (?:persons?|people|humans?|human[ ]being|agents?|advis[eo]rs?|operators?|officers?|colleagues?
      |managers?|supervisors?|boss|team|staff|worker|representative|rep|handler|receptionist
      |assistant|clerk|department|dept|lady|man|woman|bloke|guy|employee|specialist|expert)
    | humans? | people | persons? | agents? | advis[eo]rs? | operators? | staff
    | customer[ ]services?
)"""
_TALK = r"(?:speak|talk|chat|spk|tlk|speek|tak)"
_WITH = r"(?:to|2|with|wiv|w)"

_WISHES = tuple(
    re.compile(rule, re.VERBOSE)
    for rule in (
        # "speak to someone", "tlk 2 a real person", "have a word with your manager"
        rf"\b (?:{_TALK}|word|conversation|deal) [ ] {_WITH} [ ] {_SOMEBODY} \b",
        # "can i speak to Dave in revenues": whoever it is
        rf"""\b (?:can|could|may|cn|let|want|wnt|need|like|prefer|wanna|rather|please|pls)
        [ ] (?:i[ ]|me[ ]|to[ ]|2[ ]){{0,2}} (?:just[ ]|actually[ ])? {_TALK} [ ] {_WITH} [ ]
        (?!(?:you|u|ya|him|her|them|it) \b | my [ ] (?!case|officer|social|housing|key|work))""",
        # "get me someone who knows", "is there anybody who can help me"
        r"""\b (?:get|find|fetch|give|gimme) [ ] (?:(?:me|us|hold[ ]of) [ ])?
        (?:some|any) [ ]? (?:one|body|1) [ ]
        (?:who|that|from|in|i[ ]can|(?:to|2) [ ] (?:talk|speak|phone|ring|call)) \b""",
        r"""\b (?:is|are) [ ] (?:there[ ])? (?:some|any) [ ]? (?:one|body|1|people) [ ]
        (?:there[ ]|i[ ]|free[ ]){1,2} (?:(?:can|could|to|2) [ ])? (?:speak|talk|chat|help|tlk)""",
        # "transfer me", "ring me please"
        r"""^ (?:please[ ]|pls[ ])? (?:transfer|call|ring|phone|escalate) (?:[ ] (?:me|us|this))?
        (?:[ ] (?:please|pls|plz|now))? $""",
        # "no more bots, a person"
        r"""\b (?:no|not[ ]a|dont[ ]want[ ]an?|stop) [ ] (?:more[ ])?
        (?:bots?|robots?|machines?|computers?) \b .*
        \b (?:human|person|people|some(?:one|body)) \b""",
        # "any adviser free"
        r"\b (?:advis[eo]r|agent|operator|human|person) s? [ ] (?:free|available|online|there) \b",
        # "put me through to the council tax team", "pass me to a colleague"
        rf"""\b (?:put|pass|transfer|connect|hand|switch|send|refer|forward|direct) [ ]
        (?:me|us|this) [ ] (?:\w+[ ])? (?:to|2|with|onto) [ ] {_SOMEBODY} \b""",
        r"\b put [ ] me [ ] thr(?:ough|u) \b",
        # "get me a human", "i need an agent"
        rf"\b (?:get|give|gimme|want|need|prefer) [ ] (?:(?:me|us|to[ ]get) [ ])? {_SOMEBODY} $",
        # "can somebody ring me", "ask someone to call my mum"
        rf"""\b {_SOMEBODY} [ ] (?:(?:to|from[ ]\w+|pls|please|could|can) [ ]){{0,2}}
        (?:call|ring|phone|fone|bell|contact) [ ] (?:me|us|my|back) \b""",
        r"\b (?:call|ring|phone|fone) [ ] (?:me|us) [ ] (?:back|please|pls|on|now|asap) \b",
        # "a number where a human picks up"
        r"\b (?:an?|real|actual|live|proper|living) [ ] human (?:[ ]being)? \b",
        r"""\b (?:real|actual|live|proper|living|human) [ ]
        (?:person|human|agent|advis[eo]r|being) \b""",
    )
)
_NO_WISH = re.compile(
    r"""\b (?:are|r) [ ] (?:you|u|ya) \b
    | \b am [ ] i [ ]
    | \b is [ ] (?:this|it|that) [ ] (?!.*\b(?:pick|answer|speak|talk))
    | \b human [ ] (?:remains|rights|resources|waste|poo|error) \b
    | \b (?:do[ ]?n[o']?t|dont|rather[ ]not|without) [ ] (?:to[ ])? (?:want|need|wanna|having)? [ ]?
      (?:to[ ])? (?:talk|speak|chat|talking|speaking|a[ ](?:person|human)|some)
    | \b whom? [ ] (?:do|can|should|would|shall|must) \b
    | \b no [ ]? (?:one|body) \b""",
    re.VERBOSE,
)


def wishes_for_a_person(text: str) -> bool:
    """Say whether somebody asks to speak or write to a person, or to be rung by one. Whether they
    already do ("am I talking to a human?") is another question, and so is whom to ask."""
    plain = " ".join(re.findall(r"[\w']+", text.lower()))
    return any(rule.search(plain) for rule in _WISHES) and not _NO_WISH.search(plain)
