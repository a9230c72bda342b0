"""The words around Social Security numbers: what announces one, what tells of another number.

Every pattern is linear: each repetition is bounded, so that an attempt at one position costs at most a constant.
"""

import re

# "Social" alone announces a number too, unless it belongs to another everyday expression.
ANNOUNCED = re.compile(
    r"\b(?:l4[ _]?ssn|ssns?\b|s\. ?s\. ?n\b\.?|s s n\b|ssn?(?=\d)|ss ?(?:#|n(?:o|um|umber|br)?\b)|ss(?= ?[:=])|s/s\b"
    r"|ssan\b|sin\b(?=[:#])|itin\b|ss(?= {0,2}[#:=]? ?\d)"
    r"|s[oci]{2,4}[ail]{0,3}\.?[ -]?(?:sec\w{0,7}|s\w{0,3}[cu]\w{0,2}r\w{0,2}ty)\b"
    r"|(?:soc|(?:social|socail|scoial|soical|soshal|sosh)s?)(?![^\W\d_])(?! ?-?(?:work|serv|media|skill|net|dist"
    r"|determ|support|hour|event|isolat|scien|program|club|stud|justice|enterpr|group|impact|history"
    r"|vulnerab|recovery|(?:security )?(?:office|admin|income|benefit|disab)))"
    r"|(?:n[uú]m(?:ero)?\.? (?:de )?)?s[eu]guro social\b"
    r"|seguro(?= ?[:#=\d]| (?:es|del?|est\w{1,3}|termina|correcto)\b)"
    r"|n\.?s\.?s\.?(?= ?[:#\d]| (?:es|termina)))",
    re.I,
)
OTHER_NUMBER = re.compile(
    r"\b(?:(?:personal|person|client|household|enrollment|unique|hmis|user|export|project|hh)?ids?"
    r"|ticket|tkt|case|ref(?:erence)?|invoice|order|confirmation|checksum|crc|size|total|count|sum"
    r"|receipt|member|claim|policy|phone|part|model|passcode|pin|code|ein|duns|zip|enrollment|build|version"
    r"|household|routing|tracking|serial|phone|cell|tel|call|fax|dob|birth|born|medicaid|pmi"
    r"|license|hash|request|meeting|webinar|access code|postal|zips?|uei|account|acct"
    r"|personalid|enrollmentid|householdid|po|tag|asset|sku|barcode|permit|docket|parcel)\b",
    re.I,
)
BIRTH = re.compile(r"\b(?:dob|birth|born)\b", re.I)
# Right before a number in groups, these say that it is none of a person's.
LABELED = re.compile(
    r"\b(?:error|code|ticket|tkt|case|ref(?:erence)?|invoice|inv|order|p\.?o\.?|part|model|serial|sn|s/n|(?:asset"
    r"|inventory|barcode|badge|key|price) ?tag|tag|asset|sku|item|tracking|ups|fedex|usps|dhl|barcode|badge|permit"
    r"|fob|docket|parcel|policy|account|acct|routing|grant|award|contract|rma|confirmation|correlation|survey|session"
    r"|job|build|batch|lot|locker|room|table|form|extension|ext|duns|ein|uei|fein|receipt|check(?= ?(?:#|no))|cheque"
    r"|registration|certificate|license|plate|vin|meeting|zoom|webinar|passcode|pin|isbn|legacy|vendor(?: case| ref)?"
    r"|(?:personal|client|enrollment|household|project|hmis|export|user|unique|legacy|old|record)"
    r" ?ids?)\b[^\w\n]{0,4}(?:(?:number|num|no|nbr|is|was|id|#|says|shows|like)\b[^\w\n]{0,3}){0,3}\Z",
    re.I,
)
NUMBERED = re.compile(r"\b(?:number|no|num|nbr)\b[ .:#=]{0,4}\Z|#\s{0,2}\Z", re.I)
COUNTED = re.compile(
    r" {0,2}(?:rows|records|bytes|lines|kb|mb|ms|characters|clients|hits|files|people|persons|households"
    r"|enrollments|times|errors|users|duplicates|of (?:them|our|the)|dollars|seconds|is nonsense|which is)\b",
    re.I,
)
# From the number to the words that announce it behind: "603-11-2847 is the correct social".
SAYS_NUMBER = re.compile(
    r"[ ,;(=|:-]{0,4}(?:(?:is|was|as|being|for|es|listed) (?:(?:on|the|her|his|their|a|my|actual"
    r"|correct|real|wrong|client'?s?|la|el|su|de) ){0,4}|(?:her|his|their|su) )?\(?",
    re.I,
)
OF_THE_FIELD = re.compile(
    r"\b(?:errors?|codes?|rules?|elements?|lines?|rows?|steps?|pages?|reports?|dq|quality|missing|blank"
    r"|partials?|clients?|records?|fields?"
    r"|columns?|tab|screen|rejected|refused|in|for|on|since|about|over|under|than|project|total|at|all|of|and"
    r"|or|dob|required|export|import"
    r"|validation|warnings?|issues?|tickets?|counts?)\b",
    re.I,
)
ENDS = re.compile(r"\b(?:end(?:s|ing)?|finish(?:es|ing)|terminating|termina(?:n|do|da)?|last|final)\b", re.I)
ENDS_HERE = re.compile(r"\b(?:end(?:s|ing)?|termina(?:n|do|da)?)(?: in| with| en| con)?[ :]{0,3}\Z", re.I)
LAST_FOUR = re.compile(
    r"\b(?:last|final|ending|trailing) ?-? ?(?:four|4|fuor|foru)(?:'?s)?(?![^\W_])(?! (?!digits|numbers|nos|is|as"
    r"|was|his|ss\b|s\.s"
    r"|ssns|socials)\w{1,20}s\b| (?:fiscal|year|month|week))"
    r"|\b(?:[uú]ltimos|[uú]ltimas) (?:cuatro|4)\b(?! (?:meses|a[nñ]os|d[ií]as|semanas))"
    r"|\bl4 ?(?:ssn)?\b(?= ?[:#=\d]| of)"
    r"|\b(?:ssn|ss#?|social) ?-?\(?(?:last ?)?4\)?(?= ?[:=#]| \d)",
    re.I,
)
FIRST_FIVE = re.compile(
    r"\bfirst ?-? ?(?:five|5|three|3)\b(?! (?!digits|numbers|nos|is|as|was)\w{1,20}s\b)|\bprimeros (?:cinco|5"
    r"|tres|3)\b",
    re.I,
)
NOT_OF_A_PERSON = re.compile(
    r"\b(?:ticket|card|phone|cell|number i called|report|project|keys?|licen[sc]e|serial|code"
    r"|certificate|claim|check|vin|account|medicaid|insurance|personal id|client id|case|invoice|id"
    r"|year|fy|ein|version|build|since|from|in 20)\b",
    re.I,
)
STATING = re.compile(
    r"(?:\W{0,4}(?:is|was|are|as|it'?s|its|es|son|=|:|#|no|num|number|shows|digits?|d[ií]gitos|of|de"
    r"|del|on|file|the|her|his|their|client'?s?|su|partial|only|just|got|gave|gives|refused|says|said|have"
    r"|we|i|he|she|entered|typed|put|me|us|solo|parcial|dio)\b|\W{0,4}[=:#]){0,8}\W{0,4}",
    re.I,
)
SAYS_LAST = re.compile(
    r"[\s),.]{0,3}(?:\(|is |are |as |were |for )?(?:the |his |her |their |client'?s? )?(?:last|final) (?:four"
    r"|4)\b(?! (?!digits|numbers|nos)\w+s\b)|[\s),.]{0,3}(?:\(|is |are )?(?:the )?(?:end|last digits) of (?:the|her|his"
    r"|their) so?c|[\s),.]{0,3}(?:\(|is |are |as )?(?:the |his |her |their )?(?:ssn|social) (?:last|ending)",
    re.I,
)
