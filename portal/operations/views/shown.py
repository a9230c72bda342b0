"""What letters and incoming mail have in common: lists, and rows about tickets that not everybody may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask.typing import ResponseReturnValue

from portal.forms import FilterForm
from portal.mail.fetch import InboundMail
from portal.mail.letters import Letter
from portal.operations import queries
from portal.tables import Column, Order, counted, export_links, exported, is_filtered, sliced
from portal.tickets.models import Ticket
from portal.tickets.rules import number_words
from portal.web import actor, page

Held = TypeVar("Held", Letter, InboundMail)


@dataclass(frozen=True)
class Shown(Generic[Held]):
    """A letter or a mail as its reader may see it: whether the ticket that it is about is theirs to see."""

    held: Held
    is_seen: bool

    @property
    def ticket_id(self) -> int | None:
        return self.held.about_id if self.held.about_kind == Ticket.__tablename__ and self.is_seen else None

    @property
    def letter_id(self) -> int | None:
        """Of a delivery report: the letter that came back."""
        return self.held.about_id if self.held.about_kind == Letter.__tablename__ else None

    @property
    def ticket(self) -> str:
        return number_words(self.ticket_id) if self.ticket_id else ""


@dataclass(frozen=True)
class Listing:
    """One list: the kind of its rows, its key, the columns of its file and the file's name."""

    kind: type[Shown[Any]]
    key: Any
    columns: tuple[Column, ...]
    file_name: str

    def page(self, template: str, found: Any, filters: FilterForm) -> ResponseReturnValue:
        """The newest first; or, when the URL asks for one, a file of all that is listed."""
        newest = Order((self.key,), descending=True)
        file = exported(found, newest, self.columns, self.file_name, self._rows)
        if file is not None:
            return file
        slice_ = sliced(found, newest)
        return page(
            template,
            filters=filters,
            is_filtered=is_filtered(),
            rows=self._rows(slice_.rows),
            slice=slice_,
            count=counted(found.with_only_columns(self.key)),
            exports=export_links(),
        )

    def _rows(self, held: Sequence[Any]) -> list[Shown[Any]]:
        seen = queries.tickets_seen(actor(), held)
        return [self.kind(one, one.about_kind != Ticket.__tablename__ or one.about_id in seen) for one in held]
