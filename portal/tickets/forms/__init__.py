"""What people fill in at the help desk."""

from portal.tickets.forms.guarded import GuardedForm
from portal.tickets.forms.lists import BulkForm, ParticipantForm, SortForm, TicketFilters
from portal.tickets.forms.setup import (
    WEEKDAYS,
    CannedForm,
    CategoryForm,
    HoursForm,
    QueueForm,
    TargetsForm,
    TriageRuleForm,
    hours_form,
    key_of,
    targets_form,
)
from portal.tickets.forms.typed import plain, whole
from portal.tickets.forms.writing import AnswerForm, CommentForm, FileForCallerForm, FileTicketForm, NoteForm

__all__ = [
    "WEEKDAYS",
    "AnswerForm",
    "BulkForm",
    "CannedForm",
    "CategoryForm",
    "CommentForm",
    "FileForCallerForm",
    "FileTicketForm",
    "GuardedForm",
    "HoursForm",
    "NoteForm",
    "ParticipantForm",
    "QueueForm",
    "SortForm",
    "TargetsForm",
    "TicketFilters",
    "TriageRuleForm",
    "hours_form",
    "key_of",
    "plain",
    "targets_form",
    "whole",
]
