"""What stands around names: the words that announce a client, the words that tell of staff.

Every pattern is linear: each repetition is bounded, so that an attempt at one position costs at most a constant.
"""

import re

CALLED = (
    r"(?:(?:[ ,(]{0,2}(?:whose |with the |by the )?(?:(?:first|last|full|legal|preferred|real|correct"
    r"|complete|given|birth|maiden|new) ){0,2}names?(?: (?:(?:is |was )?(?:mis)?spelled(?: as)?|(?:is "
    r"|was )?(?:typed|entered|listed|recorded|written) as|is|was|are|should be|should read|reads"
    r"|shows as|changed (?:from|to))|'s)?|[ ,(]{1,3}(?:who is |that is )?(?:named|called|goes by"
    r"|known as|aka|a\.k\.a\.|llamad[oa]|que se llama|se llama|de nombre)"
    r"|[ ,]{1,2}(?:is|was|es|son|are|in question is|here is|i mean is))[ :=\"'(-]{1,3})"
)
CLIENT_WORD = (
    r"(?:clients?(?: \d)?|clts?|clnts?|cleint|cl(?:\.|(?= ))|ct\.|survivors?|enrollees?|clientas?|participants?"
    r"|consumers?|residents?"
    r"|tenants?|guests?|patients?|pt\.|applicants?|hoh|head of household|heads? of house|(?:household"
    r"|family|hh) members?|client records?(?: (?:of|for))?|clientes?"
    r"|participantes?|residentes?|pacientes?|solicitante"
    r"|hu[eé]sped|jef[ae] (?:de|del) (?:familia|hogar))"
)
CLIENT = re.compile(
    rf"(?<!training )(?<!webinar )(?<!session )(?<!workshop )(?<!meeting )\b{CLIENT_WORD}(?!\w)(?:'s)?"
    rf"(?P<called>{CALLED})?(?:'s)?[ \t]{{0,2}}(?:[:=#,-]{{1,2}}"
    rf"|\(|\")?[ \t]{{0,2}}(?:\n[> *-]{{0,6}})?",
    re.I,
)
CONCERNING = re.compile(
    r"\b(?:records?|charts?|enrollments?|assessments?|referrals?|services|roi|intakes?|vouchers?|units?|duplicates?"
    r"|consents?|case notes?|profiles?) (?:of|for)[ \t]{1,2}(?:[:=#,-]{1,2}|\(|\")?[ \t]{0,2}(?:\n[> *-]{0,6})?",
    re.I,
)
RELATIVE = re.compile(
    rf"\b(?:mother|mom|father|dad|parent|son|daughter|child|children|kids?|baby|newborn|infant|twins?"
    rf"|spouse|wife|husband|partner|girlfriend|boyfriend|sister|brother|siblings?|grand(?:son|daughter"
    rf"|mother|father|ma|pa)|aunt|uncle|cousin|veteran|youth|woman|man|lady|gentleman|gal|minor"
    rf"|dependents?|couple|(?:kids|children|others|members) in (?:the|this|that|her|his) (?:household|family)"
    rf"|hij[oa]s?|madre|padre|espos[oa]|herman[oa]|ni[ñn][oa]s?|beb[eé]|mam[aá]|pap[aá]|mujer"
    rf"|individual|person|persona|adult"
    rf"|se[ñn]or[aes]{{0,2}})(?P<called>{CALLED})?[ ,]{{0,2}}[:(]?[ ]{{0,2}}",
    re.I,
)
WHOSE = re.compile(r"\b(?:his|her|their|client'?s|su) \Z", re.I)
# "Sister Rose, Lt. Brady": a title in the middle of a sentence.
TITLED = re.compile(r"(?:[a-z,;.] |, )\Z")
TITLES = ("Sister", "Brother", "Father", "Mother")
FIELD = re.compile(
    r"\b(?:(?:first|last)(?= ?[:=|])|(?:first|last|middle|full|legal|given|family|maiden|preferred|sur|chosen"
    r"|birth) ?-?names?"
    r"|surname|alias(?:es)?|a\.?k\.?a\.?|goes by|formerly known as|nombres?(?: (?:y apellidos?"
    r"|completo|legal|del? (?:la )?(?:cliente|participante)))?|apellidos?|name(?: on (?:file|record"
    r"|the record|id))?)"
    r"(?: (?:(?:is |was )?(?:mis)?spelled(?: as)?|(?:is |was )?(?:typed|entered|listed|recorded"
    r"|written) as|is|was|should be|changed (?:from|to)|es|of))?[ \t]{0,2}[:=|\"'-]{0,2}[ \t]{0,2}",
    re.I,
)
LIST = re.compile(
    r"\b(?:clients|participants|households|hohs|tenants|residents|guests|families|clientes|people"
    r"|folks|names)\b[^\n]{0,70}:[ ]{0,3}\n[> ]{0,6}(?:\n[> ]{0,6})?(?:[-*\u2022>]"
    r"|\d{1,2}[.)])?[ ]{0,3}",
    re.I,
)
HONORIFIC = re.compile(
    r"\b(?:mr|mrs|ms|mx|sra|srta|sr)\b\.? {0,2}|\b(?:miss|se[ñn]or|se[ñn]ora|se[ñn]orita|do[ñn]a"
    r"|don) (?=[A-ZÁÉÍÓÚÑ])",
    re.I,
)
UNMISTAKABLE = re.compile(r"mrs?\b|se[ñn]or|(?:ms|mx|sra?|srta)\.", re.I)
FAMILY = re.compile(
    r"\b(?:the|this|for|a|our) (?=[^\W\d_]{2,25}(?:[ '-][^\W\d_]{1,25}){0,2} (?:family|household|hh"
    r"|kids|children|twins|siblings|brothers|sisters|case|baby)\b)|\b(?:la )?familia ",
    re.I,
)

STAFF_FIELDS = re.compile(
    r"\b(?:new user|user(?:name)?s?|license|account|staff|job title|title|position|supervisor|training"
    r"|trainee|registration|employee|role|e-?mail|agency|organization|organisation|contact|vendor"
    r"|puesto|agencia|requested by|submitted by)\b",
    re.I,
)
CLIENT_FIELDS = re.compile(
    r"\b(?:clients?|participant|dob|birth|ssn|social|hoh|household|gender|race|enroll\w*|intake"
    r"|personal id|cliente|nacimiento|tenant|exit|shelter stay|veteran|referral|tay|applicant|merge\w*|bed ?list|roi"
    r"|caseload|assessment|legal name|case notes?|guest|housed|homeless|vet\b|disabling condition"
    r"|duplicate\w*)\b",
    re.I,
)
OTHER_NAMED = re.compile(
    r"\b(?:user|staff|contact|agency|project|program|supervisor|worker|vendor|your|my|employee"
    r"|requester|caller|file|field|column|event|course|building|property|organization|screen|report"
    r"|trainer|manager|landlord|domain|host|display|table|template|provider|group|button|queue"
    r"|username|site|coc|funder|reporter|submitter|trainee|attendee|signer|mi|su)(?:'s)? {0,2}\Z",
    re.I,
)
GREETED = re.compile(
    r"(?:^|\n|[.!?] |>)[ >]{0,4}(?:hi+|hello|hey|dear|good (?:morning|afternoon|evening|day)|morning"
    r"|hola|estimad[oa]s?|buen[oa]s \w{4,6}|buen d[ií]a|greetings|attn|to|cc|from|bcc|fyi"
    r"|thanks?(?: you)?(?: so much| again)?|thx|gracias|best|cheers|@)(?: there)?[ ,:]{0,3}(?:(?:mr"
    r"|mrs|ms|mx|dr|sra?|srta|se[ñn]ora?|[^\W\d_]{2,20}(?:,| and| y|,? &))\.? ?){0,3}\Z",
    re.I,
)
HEADER = re.compile(
    r"[ >*]{0,6}(?:from|to|cc|bcc|sent by|reply-to|de|para|submitted by|requested by|reported by"
    r"|assigned to|owner|updated by|entered by|created by|trainer|presenter|instructor|attendees|staff"
    r"|user|agency admin)\*?:|.{0,80}\bwrote:\s*$",
    re.I,
)
ROLE_WORD = (
    r"(?:case ?managers?|managers?|director|coordinator|administrator|admin|specialist|supervisor"
    r"|advocate|navigator|analyst|worker|executive|officer|assistant|associate|lead|counselor"
    r"|caseworker|trainer|instructor|staff|intern|volunteer|attorney|lawyer|landlord|property"
    r"|clinician|therapist|nurse|doctor|liaison|gestora?|trabajadora?|directora?|coordinadora?"
    r"|colleague|representative|rep|tech|user|chair(?:man|woman|person)?|board|president|treasurer"
    r"|commissioner|mayor)"
)
ROLE_AFTER = re.compile(
    rf"[ ,(-]{{1,3}}(?:(?:is|was|who is|,|es) )?(?:(?:our|my|your|the|a|an|new|another|one of our"
    rf"|nuestr[oa]|la|el) )?(?:[\w/-]{{2,14}} ){{0,2}}{ROLE_WORD}\b|[ ,(]{{1,2}}(?:from|of"
    rf"|with) (?:our|your|the (?:vendor|agency|county|city|state|finance|help)|(?-i:[A-Z]))"
    rf"|[ ,(]{{1,3}}at (?:the )?(?-i:[A-Z])[a-z]|[ ,]{{1,2}}(?:will|can) (?:train|present|attend|host)",
    re.I,
)
ROLE_BEFORE = re.compile(
    rf"\b(?:{ROLE_WORD}|users?|colleagues?|co-?workers?|by|contact|my name is|my name's|this is|it'?s"
    rf"|i am|i'm|soy|me llamo|employees?|team|hire|for user|boss|replac(?:es|ing|ed)|by our|taught by"
    rf"|signed by|dr\.?|judge|rev\.?|pastor)[ ,:(-]{{1,3}}(?:our |my |new |ms |mr |mrs )?\Z",
    re.I,
)
TOLD = re.compile(
    r"\b(?:spoke (?:to|with)|talk(?:ed)? (?:to|with)|per|ask(?:ed)?|e-?mail(?:ed)?|called|told) (?:our |my )?\Z", re.I
)
STAFF_ACCOUNT = re.compile(r"\b(?:accounts?|licen[sc]es?|log-?ins?|users?|usernames?|agenc(?:y|ies)|tickets?)\b", re.I)
STAFF_MATTER = re.compile(
    r"\b(?:licen[sc]es?|trainings?|log ?in|logged|password|user account|user|webinar|new hire|hired"
    r"|course|workshop|certificate|certification|staff|end user agreement|account|resign\w*|our team"
    r"|our agency|last day|office hours|emailed|e-mailed|onboard\w*|deactivat\w*|roles?|covers for|on leave"
    r"|takes (?:over|her|his|their|my)|is new"
    r"|new here|class|quiz|approv(?:al|ed|es)|reset|trainer|minutes|access to (?:hmis"
    r"|the system|clienttrack)|maternity|vacation|took over|supervis\w+)\b",
    re.I,
)
PLACE_AFTER = re.compile(
    r"(?:'s?)? (?:[A-Z][\w'-]{1,20} )?(?:(?:House|Pantry|Place|Shelter|Center|Kitchen|Residence|Closet|Table"
    r"|Kids|Inn|Hall|Park"
    r"|Ministr\w+|Mission|Home|Program|Project|Fund|Foundation)\b|(?:program|annex|residence|foundation|pantry"
    r"|scholarship|school|parish|shelter(?! (?:stay|bed|night|enrol|exit|entry|record)))\b)"
)
# Who is a double is a client: "merge Ana Ruiz into Anna Ruiz", "dup alert: Ana Ruiz / Anna Ruiz".
MERGED = re.compile(
    r"\b(?:(?:un)?merg(?:e|ed|es|ing)|combine|dup(?:e|s|licates?)?(?: (?:alert|clients?|records?))?)"
    r"[ :=-]{1,3}(?:of |for )?",
    re.I,
)
COLLEAGUES = re.compile(
    r"\b(?:vendor'?s?|on the (?:call|line|board|committee|agenda)|trainers?|committee|board|meeting|minutes|hud"
    r"|mayor|county"
    r"|city hall|police|alder\w{0,6}|governor\w{0,2}|contact at|our contact|designat\w+|appoint\w*|nominat\w+"
    r"|hmis lead|dashboard|api key|invoice|approved|aprob[oó]|trained|acceso|capacitaci[oó]n"
    r"|auditors?|consultants?|landlord|our (?:director|manager|supervisor|chair))\b",
    re.I,
)
MATTER = (
    r"(?:records?|profiles?|files?|enroll\w*|intakes?|assessments?|exit(?:s|ed|ing)?|entry|entries"
    r"|referr\w+|services?|consents?|roi|releases?|cases?|charts?|vouchers?|beds?|stays?|vi-?spdat"
    r"|households?|income|dashboards?|case notes?|photo|birth\w*|dob|ssn|social|move-?in|annual"
    r"|address|phone|duplicates?|duplicated|merg\w+|unmerge\w*|shelter(?:ed)?"
    r"|housed|pass(?:ed|es)(?: away)?|died|deceased|denied|denial|scored?|evicted|inspection|slept|sleeps|bus pass"
    r"|wants? off|discharged?|waitlist|wait list|by-?name list|prioritization|disabilit\w+|client"
    r"|participant|hoh|head of household|kids|children|bebe|baby|son|daughter|checked (?:in|out)"
    r"|check(?:ing)? (?:in|out)|stay(?:s|ed|ing)?|left|moved|she|he|her|his|him|caseload|eligible"
    r"|homeless|history|veteran|exists?|show(?:s|ing) up|appears?|searched|search(?:ing)? for|bed list"
    r"|client list|benefits|insurance|eviction|rent|apartment|lease|mother|expediente|inscri\w+"
    r"|registr\w+|ingres\w+|salida|perfil|twice|program|project|status|destination|data)"
)
MATTER_BEFORE = re.compile(
    rf"\b{MATTER}\b[^.\n]{{0,36}}\Z|\b(?:personal|client|hmis) ?id\W{{1,3}}\d{{3,12}}\W{{1,4}}(?:is "
    rf"|for |named |= ?)?\Z",
    re.I,
)
MATTER_AFTER = re.compile(rf"(?:'s)?[^.\n]{{0,48}}?\b{MATTER}\b", re.I)
DATA = (
    r"\.?[\s,;:|(/-]{1,5}(?:(?:wrong|correct|new|old|his|her|whose|with|the|has"
    r"|same) ){0,2}(?:d\.? ?o\.? ?b|b\.? ?\d|\*\d|born|birth|date of birth|ssn|ss ?#|social sec|age[d ]? ?\d"
    r"|\d{1,2} ?(?:yo\b|y/o|years? old)|nacid|nacim|fecha de n|f\.n|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}"
    r"|\d{4}-\d\d-\d\d|\d{3}-\d\d-\d{4}|[x*]{3}-?[x*]{2}-?\d{4}|last (?:4|four)|(?:(?:is"
    r"|was) )?(?:(?:a|an|our|my|one of (?:our|my|the)|the) )?(?:new |former |current "
    r"|same )?(?:clients?|participant|tenant|resident|guest|cliente|participante)\b(?! (?:services?"
    r"|advoca\w+|care|relations|support|engagement|database|track|coordinator|navigator|s))"
    r"|personal id|client id|hmis id|\(?#?\d{6,9}\b)"
)
DATA_AFTER = re.compile(DATA, re.I)
ROW = re.compile(
    rf"(?<![\w'-])(?P<one>[A-ZÀ-Þ](?:[^\W\d_]|['-]){{1,24}}) ?[,;"
    rf"|] ?(?P<two>[A-ZÀ-Þ](?:[^\W\d_]|['-]){{1,24}})(?: (?P<rest>[A-ZÀ-Þ][\w'-]{{0,24}})\.?)?(?=(?i:{DATA}))"
)
# Heads of columns such as FirstName; McCoy and DeLeon are names all the same.
JOINED_WORDS = re.compile(r"(?<!\bMc)(?<!\bMac)(?<!\bDe)(?<!\bLa)(?<!\bVan)(?<=[a-z])[A-Z]")
BULLET = re.compile(r"[ >]{0,6}(?:[-*>+]|\d{1,3}[.)]) {0,3}")
SMALL = re.compile(r"(?<![\w'.@/-])[a-zà-ÿ]{3,25}(?= [a-zà-ÿ])")
INITIAL = re.compile(r"(?<![\w.])[A-Z]\. ?[A-Z][a-z'-]{2,25}(?![\w'])")
CAPITAL = re.compile(r"(?<![\w'.@/-])[A-ZÀ-Þ][\w'-]{1,25}")
