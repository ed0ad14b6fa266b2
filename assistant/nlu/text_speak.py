"""Words as they are typed on a phone, and what they are short for."""

from __future__ import annotations

import re
from typing import Final

_SHORT: Final = """
u=you  ur=your  urs=yours  r=are  n=and  nd=and  da=the  dis=this  dat=that  wen=when  wens=when's
wn=when  wot=what  wat=what  wots=what's  wats=what's  wht=what  hw=how  wich=which  wiv=with
wid=with  w/=with  w/o=without  cuz=because  coz=because  cos=because  bcos=because  bcoz=because
bc=because  tho=though  thru=through  gt=got  gd=good  hv=have  hav=have  hvnt=haven't
avnt=haven't  havnt=haven't  cnt=can't  cudnt=couldn't  wudnt=wouldn't  shudnt=shouldn't
shud=should  wud=would  cud=could  dnt=don't  duz=does  doin=doing  goin=going  gonna=going to
gotta=got to  wanna=want to  wana=want to  gimme=give me  lemme=let me  dunno=don't know
innit=isn't it  aint=isn't  nuffin=nothing  nuthin=nothing  sumthin=something  sumfin=something
summat=something  owt=anything  nowt=nothing  sum1=someone  some1=someone  any1=anyone  ne1=anyone
every1=everyone  no1=no one  sumone=someone  2day=today  2moro=tomorrow  2morrow=tomorrow
tmrw=tomorrow  tmoz=tomorrow  tomoz=tomorrow  tomo=tomorrow  2nite=tonight  2night=tonight
tonite=tonight  nite=night  b4=before  l8=late  l8r=later  m8=mate  gr8=great  w8=wait
w8ing=waiting  str8=straight  4ever=forever  yday=yesterday  nxt=next  lst=last
lastnite=last night  wk=week  wks=weeks  wkend=weekend  yr=year  yrs=years  hr=hour  hrs=hours
mins=minutes  mth=month  mths=months  abt=about  bout=about  ppl=people  plz=please  pls=please
plse=please  thx=thanks  tnx=thanks  ta=thanks  msg=message  txt=text  tel=telephone  fone=phone
num=number  nos=numbers  addy=address  appt=appointment  hse=house  hosp=hospital  skool=school
kiddies=children  kidz=kids  bby=baby  bf=boyfriend  gf=girlfriend  hubby=husband  luv=love
cncl=council  concil=council  counsil=council  councel=council  tx=tax  bk=back  bn=been  frm=from
rubish=rubbish  recyling=recycling  binmen=bin men  bincollection=bin collection  binday=bin day
ct=council tax  ctax=council tax  c/tax=council tax  ctr=council tax reduction
cts=council tax support  hb=housing benefit  dhp=discretionary housing payment
uc=universal credit  dd=direct debit  pcn=parking fine  foi=freedom of information
sar=subject access request  dsar=subject access request  ehcp=ehc plan
hmo=house in multiple occupation  pp=planning permission  bb=blue badge
spd=single person discount  asb=antisocial behaviour  fsm=free school meals  ss=social services
"""
SPELLED_OUT: Final = dict(
    pair.split("=", 1) for line in _SHORT.splitlines() for pair in line.split("  ") if "=" in pair
)
_LISTED = "|".join(sorted(map(re.escape, SPELLED_OUT), key=len, reverse=True))
_WORD: Final = re.compile(rf"(?<![\w@./'’-])(?:{_LISTED})(?![\w@/'’-]|\.\w)", re.IGNORECASE)
# A figure that is a word: "4 me", "up 2 date"; never a number of things, nor a house.
_FOR: Final = re.compile(
    r"(?<=[a-z] )4(?= (?:me|my|us|our|u|you|ur|the|a|an|this|him|her|it)\b)", re.I
)
_TO: Final = re.compile(
    r"(?<=[a-z] )2(?= (?:get|pay|go|do|see|be|me|my|u|you|ask|say|tell|know|find|apply|claim|"
    r"report|book|make|talk|speak|move|put|have|let|register|renew|change|sort|come|live|help|use)\b)",
    re.I,
)


def spelled_out(text: str) -> str:
    """Return the text with short forms written in full. Anything else is left as it was."""
    text = _TO.sub("to", _FOR.sub("for", text))
    return _WORD.sub(lambda match: SPELLED_OUT[match.group().lower()], text)
