"""What people fill in at the help desk."""

from portal.tickets.forms.guarded import GuardedForm
from portal.tickets.forms.lists import BulkForm, ParticipantForm, SortForm, TicketFilters
from portal.tickets.forms.setup import (
    WEEKDAYS,
    CannedForm,
    CategoryForm,
    HoursForm,
    QueueForm,
    RemoveForm,
    TargetsForm,
    TriageRuleForm,
    clock_words,
    hours_form,
    key_of,
    targets_form,
)
from portal.tickets.forms.typed import whole
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
    "RemoveForm",
    "SortForm",
    "TargetsForm",
    "TicketFilters",
    "TriageRuleForm",
    "clock_words",
    "hours_form",
    "key_of",
    "targets_form",
    "whole",
]
