"""What the invented people of the bench write: subjects and messages drawn from a pool, with words to search for."""

from random import Random

COMMON_WORD = "roster"
"""In about every eighth ticket."""
RARE_WORD = "zephyrine"
"""In ten tickets."""
COMMON_SHARE = 0.12
RARE_TICKETS = 10

SUBJECTS = (
    "Exit dates missing on the yearly report",
    "Cannot open the intake screen since Monday",
    "Two records of the same household",
    "Bed list does not match last night",
    "New colleague starts next week",
    "Warning about income at entry",
    "Which project for the winter overflow",
    "Assessment cannot be saved",
    "Account locked before the morning shift",
    "Move-in date after the exit date",
    "Import refused forty rows",
    "Referral went to the wrong program",
    "Certificate of the training not shown",
    "Question about destination at exit",
    "Printout cuts off the last column",
)
SENTENCES = (
    "The report stops at the second page and the rest stays empty.",
    "We entered the stay twice by mistake and cannot remove the later one.",
    "It worked last week with the same filters and the same dates.",
    "The screen says that the record is locked by somebody else.",
    "Please tell us which answer the funder expects here.",
    "The night team wrote the check-ins on paper until this works again.",
    "I signed out, signed in again and tried another browser.",
    "The figure on the first line is three higher than our own count.",
    "The household has five members, and only four are listed.",
    "The referral was accepted on the phone but still shows as pending.",
    "Nobody here can see the new project in the list.",
    "We need this before the board meets on Thursday.",
    "The enrollment has no assessment although we saved one.",
    "Two of the questions are gray and cannot be filled in.",
    "The export has the right people but the wrong dates.",
)
ANSWERS = (
    "Thank you for the details. I looked at the record and corrected the date; please run the report again.",
    "Open the project, choose **Services**, and set the end date to the day of exit. Then save twice.",
    "This is a known fault. Until it is fixed, please:\n\n1. save the page,\n2. close it,\n3. open it again.",
    "I see the same here and have asked a colleague. You will hear from us by tomorrow noon.",
    "The two records are merged. The older Personal ID stays, so please use that one from now on.",
    "Your colleague has an invitation by e-mail. The link works for seven days.",
)


def subject(random: Random) -> str:
    return f"{random.choice(SUBJECTS)} ({random.randrange(2, 400)})"


def question(random: Random, is_common: bool, is_rare: bool) -> str:
    """Four to seven sentences in two paragraphs, 250 to 450 characters."""
    said = [random.choice(SENTENCES) for _ in range(random.randrange(4, 8))]
    if is_common:
        said.insert(2, f"It is about the {COMMON_WORD} of our site.")
    if is_rare:
        said.insert(1, f"The machine is named {RARE_WORD}.")
    return f"{' '.join(said[:3])}\n\n{' '.join(said[3:])}"


def answer(random: Random) -> str:
    return random.choice(ANSWERS)


def remark(random: Random) -> str:
    return " ".join(random.choice(SENTENCES) for _ in range(2))
