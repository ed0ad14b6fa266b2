"""Why a parcel or a file did not get through, in plain words."""

from __future__ import annotations

import re

LASTING = {
    "opted_out": "the number has opted out",
    "blocked": "they have blocked us",
    "deactivated": "their account is closed",
    "no_such_number": "there is no such number",
    "no_such_chat": "there is no such account, or it never wrote to us",
    "landline": "the number cannot get text messages",
    "not_a_mobile": "the number cannot get text messages",
    "short_code": "the number is a company’s, which reads no answers",
    "own_number": "the number is our own",
    "group": "it is a group, and we answer people only",
}
"""Reasons that are the address's own: trying again changes nothing."""
_MESSAGE = {
    "too_long": "it is too long for this channel",
    "empty": "it is empty",
    "markup": "the platform could not read it",
    "buttons": "the platform does not take its buttons",
    "image": "the platform could not fetch its picture",
    "media": "the platform could not take its file",
    "filtered": "the network took it for spam",
    "window": "more than 24 hours have passed since they wrote",
}
_ACCOUNT = {
    "auth": "our account’s key was not accepted",
    "sender": "our number may not send this",
    "suspended": "our account is suspended",
    "template": "our account’s template does not fit",
    "callback": "our account’s web address is set up wrongly",
    "conflict": "another program uses our account",
    "not_allowed": "our account may not write to this number yet",
    "team_only": "our account may write to our own team only",
    "trial_mode": "our account is on trial",
    "daily_limit": "our account has reached its limit for today",
    "international": "our account may not write to other countries",
    "region": "our account may not write to that country",
    "country": "our account may not write to that country",
    "no_files": "files are not taken on this channel",
    "not_connected": "the council has no account on this channel",
}
_PLATFORM = {
    "unreachable": "the phone or account cannot be reached",
    "not_delivered": "the network could not deliver it",
    "failed": "the network could not deliver it",
    "no_route": "the network has no way to this number",
    "bad_request": "the platform refused it",
    "rate": "the platform asked us to slow down",
    "pair_rate": "this person got many messages in a short time",
    "busy": "the platform is busy",
    "queue_full": "the platform has too many messages of ours",
    "timeout": "the platform did not answer in time",
    "lost": "the connection to the platform broke",
    "connection_lost": "the connection to the platform broke",
    "connect": "we cannot reach the platform",
    "network": "we cannot reach the platform",
    "garbage": "we cannot read the platform’s answer",
    "unreadable": "we cannot read the platform’s answer",
    "awaits_receipt": "the platform did not say whether it arrived",
    "overtaken": "a person took over first",
}
_FILE = {
    "too_large": "it is too large",
    "media_type": "we do not take files of this kind",
    "type": "we do not take files of this kind",
    "mismatch": "the file is not what it says it is",
    "virus": "the virus scanner found something in it",
    "scanner": "the virus scanner does not answer",
    "gone": "the platform no longer has it",
    "host": "it is not at an address of the platform’s",
    "foreign_address": "it is not at an address of the platform’s",
    "too_many_hops": "the platform sent us around in circles",
}
_WHY = LASTING | _MESSAGE | _ACCOUNT | _PLATFORM | _FILE
_HTTP = re.compile(r"http_(\d)\d\d")


def why(reason: str) -> str:
    """Return a clause such as "the number has opted out"; "" for no reason. A word that nobody has
    put into words yet is shown as it is, so that it can be looked up."""
    known = _WHY.get(reason)
    if known is not None or not reason:
        return known or ""
    if found := _HTTP.fullmatch(reason):
        failed = found[1] == "5"
        return f"the platform {'has a fault' if failed else 'refused it'} ({reason[5:]})"
    return f"the platform said “{reason.replace('_', ' ')}”"
