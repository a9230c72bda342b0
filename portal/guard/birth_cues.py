"""The words around birth dates: what announces one, what tells of another date.

Every pattern is linear: each repetition is bounded, so that an attempt at one position costs at most a constant.
"""

import re

MONTHS = (
    r"(?:jan(?:uary|urary)?|feb(?:ruary|uary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
    r"|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|setiembre|octubre|noviembre"
    r"|diciembre|ene|abr|ago|dic)"
)
_APART = r"[ \n>-]{1,6}"
ANNOUNCED = re.compile(
    rf"\b(?:d\. ?o\. ?b\b\.?|dobs?(?=\b|\d)|d/o/b\b|d ?o ?b(?= ?[:\d])|dod?b(?=:)|(?:\w{{2,6}}{_APART}(?:of|or|o|fo)"
    rf"{_APART}b(?:[irth]{{3,5}})s?\b)|b(?:ir|ri)th[ -]?(?:date|day|dt|dat|year|month)(?:'?s)?\b"
    rf"|b[irth]{{3,4}} ?d(?:a|at"
    rf"|ate|tae|ay)\b"
    r"|b[ -]?days?\b|bdate\b|b/d\b|bd(?= ?[:=\d])|dbo\b|d0b\b|geb\b\.?|(?:baby|newborn|infant|twins|beb[eé]"
    r"|girl|boy)[^.\n\d]{0,24} (?:arrived|delivered|came)\b|borned\b|born\b(?! (?:with|out|from|of|in the)\b)|brith\b"
    r"|birht ?da\w{1,3}\b|birth(?= ?(?:[:=]|cert))|newborns?\b|birthed\b|(?:gave|given) birth\b"
    r"|nacid[oa]s?\b|naci[oó]\b|nac[ií]\b|nacimiento\b"
    r"|cumplea[ñn]os\b|cumple(?:n|s)? a[ñn]os\b|f\. ?(?:de )?n\.|fdn\b|f(?:ec(?:ha)?)?\.? ?(?:de )?nac\b\.?)"
    # "Ana Ruiz b. 4/1/1980" and "*4/1/1980": only right before a date.
    r"|(?<![\w.])(?:b\.? ?|\*)(?=\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4})(?<!\n\*)(?<!\A\*)",
    re.I,
)
BLOCKING = re.compile(
    r"\b(?:reports?|period|as of|export(?:ed)?|since|before|after|between|prior|due|training|through"
    r"|effective|deadline|run|ran|version|enroll(?:ed|ment)?s?|entry|entered (?:on|the)|exit(?:ed)?"
    r"|start(?:ed|s)?|ends?|ended|moved?|move-in|submitted|uploaded|updated (?:on|in)|ticket|opened"
    r"|release|quarter|fy|older than|younger than|on or|cutoff|ingreso|salida|intake|admi\w+|until"
    r"|webinar"
    r"|fixed on|changed on|corrected on|on file since|assessment|error on|verified|signed|expires?"
    r"|desde|hasta|antes|despu[eé]s)\b",
    re.I,
)
FILLING = re.compile(
    r"(?:[\s:=,;(\"'*|>#~?-]{0,6}(?:is|was|as|on|of|listed|entered|typed|shows?|showing|should|be|been"
    r"|correct|corrected|actual|real|right|the|her|his|their|a|it|it's|its|client|client's|child|baby"
    r"|son|daughter|certificate|cert|papers?|record|yesterday|last|night|tonight|morning|monday|tuesday|wednesday"
    r"|thursday|friday|saturday|sunday|acta|ayer|hoy|coming|up|next|week|are|were|both|all|he|she|they|them|twins?"
    r"|to|reads?|says|said|which|that|being|given|el|la|d[ií]a|es|un|fue|del|de|cliente|ni[ñn][oa]|hij[oa]"
    r"|en|in|and|not|from|this|today|year|minor|infant|newborn|for|fixed|wrong|put|have|has|we|i"
    r"|mm/dd/yyyy|mdy)){0,9}"
    r"[\s:=,;(\"'*|>#~.?→-]{0,24}",
    re.I,
)
SAYS_BIRTH = re.compile(
    r"[ ,;(\-=|]{0,4}(?:(?:is|was|as|being|for|es|listed|in|on|record|recorded|entered|given|system"
    r"|hmis|file|the|her|his|their|a|actual|correct|real|client'?s?|la|su|birth|fecha|de|\() ?){0,5}\Z",
    re.I,
)
_YEARS = r"\d{1,3}[ -]?(?:yo\b|y/o\b|y\.o\.|yrs?\b|years?[ -]olds?\b|a[nñ]os\b)"
# What a text about the field says, not one about a person.
FIELD = re.compile(
    r"\b(?:columns?|fields?|exports?|sort\w*|reports?|filter\w*|errors?|add(?:ed|ing)?|box(?:es)?|missing|blank"
    r"|search\w*"
    r"|validat\w*|quality|messages?|updates?|imports?|counts?|records|required|hidden|changes?|columna|campo"
    r"|elements?|tab"
    r"|values?|clients|records?|may not|must|cannot|later|earlier|than|older|younger|upload\w*|down|broken"
    r"|crash\w*|hides?|removed?|released?|party|card|cake)\b",
    re.I,
)
AGE_BEFORE = re.compile(
    rf"(?:\b\d{{1,2}} ?(?:[FM]|yof|yom)\b|\b[FM] ?\d{{2}}\b|\b(?:age[ds]?|edad|aged)\W{{0,3}}\d{{1,3}}"
    rf"|\b{_YEARS}(?: old)?(?: (?:fe)?male| wom[ae]n| m[ae]n| girl| boy"
    r"| client)?)[\s,;:/(-]{1,4}(?:dob )?\Z"
    rf"|\b{_YEARS},?(?: (?!on\b|since\b|at\b)[^\W\d]{{2,10}}){{0,3}}[ ,(:-]{{1,3}}\Z"
    # "turned 65 on", "will be 62 come", "cumple 18 el"; "he will be 25" but not "there will be 25".
    r"|\b(?:turn(?:s|ed|ing)?|almost|nearly|barely|cumpl\w{1,4}|(?:s?he|they|client|kid|baby|son|daughter"
    r"|who)(?: will| would|'ll|'d) be"
    r"|(?:becomes?|became|will become|hits|reache[sd]|reaching))"
    rf"(?: the)?(?: age)?(?: of)? (?:just |already )?(?:\d{{1,3}}(?:st|nd|rd|th)?|sixty[ -]\w{{2,5}}|eighteen"
    rf"|twenty[ -]\w{{3,5}})"
    r"(?: years?| yrs?| years old| a[nñ]os)?,? ?(?:(?:on|come|in|by|the|el|este|this|next|last|in early|as of"
    r"|yesterday|today|just|(?:mon|tues|wednes|thurs|fri|satur|sun)day)[ ,]{1,2}){0,3}[\s,(]{0,3}"
    r"(?:the )?\Z",
    re.I,
)
AGE_AFTER = re.compile(
    r"[\s,;(/=\-]{1,4}(?:(?:so|thus|makes? (?:him|her|them)|therefore|which makes (?:him|her)|he'?s|she'?s"
    r"|i\.e\.) )?(?:age[d ]|(?:now |so |is |she is |he is )?\d{1,3}[ -]?(?:yo\b|y/o|yrs? old|years old"
    r"|a[nñ]os)|edad|grade \d|\d{1,2}(?:st|nd|rd|th) grade)",
    re.I,
)
# Of long ago: what an institution or its papers have a date for. A person's records reach back less far.
INSTITUTION = re.compile(
    r"\b(?:incorporated|established|est|(?:re)?-?opened|founded|since|built|act|law|by-?laws|articles|effective"
    r"|version|defaults?"
    r"|placeholders?|dummy|epoch|merged|certified|bought|acquired|launched|adopted|revised|published|chartered"
    r"|inception|unknown"
    r"|bogus|fills|mou|agreements?|contract|registers?|charter|deed|vol|no\.|page|operating|operations?"
    r"|inventory|fundad[oa]|signed"
    r"|start\w{0,3}|before|after|prior to|between|older than|desde|hasta|registration|charity|accredited"
    r"|licensed|dedicated|dates? (?:from|back)|building|church)\b",
    re.I,
)
OTHER_DATE = re.compile(
    r"\b(?:start\w{0,3}|entry|enter\w{0,2}|enroll\w{0,5}|exit\w{0,2}|moved?|move-in|report\w{0,3}"
    r"|service|incorporated|established|est|(?:re)?-?opened|founded|since|updated|built|act|law|effective"
    r"|signed|dated|version|through|until|retired?|converted|defaults?|placeholders?|dummy|epoch|expire[sd]?|merged"
    r"|period|created|born before|born after|before|after|between|prior to|and later|ends?|ending|served|discharged?"
    r"|certified|issued|licensed|hired|bought|acquired|launched|closed|adopted|revised|published|chartered|inception"
    r"|unknown|bogus|fills|mou|agreements?|contract|registers?|notice|polic(?:y|ies)|charter|deed|vol|no\.|page"
    r"|scanned|copy from|desde|hasta|fundad[oa])\b",
    re.I,
)
PERSON = re.compile(
    r"\b(?:clients?'?s?|participants?|ct|cl|consumer|tenant|resident|guest|patient|hoh"
    r"|head of household|household member|mother|father|mom|dad|son|daughter|spouse|wife|husband"
    r"|partner|child|baby|veteran|applicant|cliente|participante"
    r"|hij[oa]|she|he|her|his|mr|mrs|ms|ssn|social|female|male)\b",
    re.I,
)
# From one birth date of a household to the next: "mom 4/1/80, kids 5/1/2012 and 8/30/2016".
KIN = re.compile(
    r"[\s,;/&()-]{0,4}(?:(?:and|y|&|the|la|el|los|her|his|their|su|other|older|oldest|elder|younger|youngest"
    r"|little|middle"
    r"|second|third|next|one|is|was|are|es) ){0,4}(?:(?:spouse|wife|husband|partner|mom|mother|dad|father|son"
    r"|daughter|kids?"
    r"|child|children|baby|infant|twins?|boys?|girls?|brother|sister|sibling|teen|minor|grand\w{2,8}|niece"
    r"|nephew|cousin|aunt"
    r"|uncle|hij[oa]s?|ni[ñn][oa]s?|beb[eé]|espos[oa]|madre|padre|herman[oa]|other|one|newborn|toddler|hoh"
    r"|dependent)s?)"
    r"(?:'s)?[\s:,(-]{1,3}(?:(?:dob|is|was|born|b\.?|es|on|the|el|bday|birthday) ?){0,3}[\s:,(-]{0,2}",
    re.I,
)
RANGE = re.compile(r"\s{0,2}(?:-|to|through|thru|until|and|al?)\s{1,2}\d|-\d")
# A date right behind the word for a small member of the household: "twins, both 6/1/2019".
# "kid 1 (6/18/2011)", "has custody of both (4/13/2016": right behind, in brackets.
KIN_IN_BRACKETS = re.compile(
    r"\b(?i:kids?|child(?:ren)?|sons?|daughters?|boys?|girls?|bab(?:y|ies)|twins?|grand\w{3,9}|niece|nephew"
    r"|spouse|wife|husband|mom|mother"
    r"|dad|father|sister|brother|siblings?|teen|youth|hij[oa]s?|ni[ñn][oa]s?|both|clients?|guest|participant|resident)"
    r"(?: (?:#?\d{1,2}|[A-Z][\w'-]{1,15}|of (?:both|all|them))){0,2} ?\(\Z"
)
KIN_WORD = re.compile(
    r"\b(?:kids?|child(?:ren)?|sons?|daughters?|bab(?:y|ies)|twins?|grand(?:son|daughter|child|kid)\w{0,3}"
    r"|niece|nephew|siblings?|toddler|infant"
    r"|youngest|oldest|little one|minors?|hij[oa]s?|ni[ñn][oa]s?)\b",
    re.I,
)
LEFT_OR_CAME = re.compile(
    r"\b(?:left|came|arrived|returned|went|saw|met|visit\w*|school|removed|placed|court|custody on|added)\b", re.I
)
# From one birth date to the next, over a name: ", Kiara 9/14/2013".
NAMED_NEXT = re.compile(
    r"[\s,;/&)-]{1,4}(?:and |y )?[A-Z][\w'-]{1,15}(?: [A-Z][\w.'-]{0,15}){0,2}[\s:,(=-]{1,3}(?:dob |born |b\.? ?)?"
)
KIN_AHEAD = re.compile(
    r"\b(?:(?:kids|children|child|son|daughter|spouse|wife|husband|hoh|self|hij[oa]s?|ni[ñn][oa]s?)(?= ?[:(])"
    r"|newborns?|infants?|bab(?:y|ies)|toddlers?|twins?|triplets?|siblings|minors?|(?:youngest|oldest|older|younger"
    r"|eldest|middle)(?: (?:one|child|kid|son|daughter|girl|boy|sibling))?|grandson|granddaughter|beb[eé]s?|gemel[oa]s"
    r"|(?:\w{1,6}[ -])?(?:months?|weeks?|days?)[ -]old(?: (?:baby|infant|boy|girl|son|daughter))?)"
    r"[\s:,(=|-]{1,3}(?:(?:both|all|is|was|are|were) ?)?\Z",
    re.I,
)
OTHER_DATE_AFTER = re.compile(
    r"[\s,)]{0,3}(?:is |was |are |were |as |being )?(?:the )?(?:default|placeholder|dummy|fake|bogus|when (?:we"
    r"|it|they|the (?:agency"
    r"|shelter|program|project)) (?:open|start)|(?:inventory |operating |bed |project )?start\b|version|release"
    r"|edition)",
    re.I,
)
