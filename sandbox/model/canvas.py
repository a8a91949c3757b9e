"""A canvas: a page of text on its own or hanging on a channel."""

from dataclasses import dataclass, field
from typing import Any

from sandbox.base.errors import SlackError
from sandbox.base.ids import Ids


@dataclass(eq=False)
class Section:
    """A part of a canvas."""

    id: str
    markdown: str


@dataclass(eq=False)
class Canvas:
    """A page of sections."""

    id: str
    title: str
    owner: str
    channel_id: str | None = None
    sections: list[Section] = field(default_factory=list)

    @property
    def markdown(self) -> str:
        """The whole text."""
        return "\n".join(section.markdown for section in self.sections)

    def write(self, ids: Ids, markdown: str) -> Section:
        """Make a section of this text, not yet put anywhere."""
        return Section(f"temp:C:{ids.number()}", markdown)

    def change(self, ids: Ids, change: dict[str, Any]) -> None:
        """Carry out one change of canvases.edit."""
        operation = change.get("operation")
        markdown = str((change.get("document_content") or {}).get("markdown", ""))
        if operation == "rename":
            self.title = str((change.get("title_content") or {}).get("markdown", markdown))
            return
        place = self._place(change.get("section_id"))
        section = self.write(ids, markdown)
        if operation == "insert_at_start":
            self.sections.insert(0, section)
        elif operation == "insert_at_end":
            self.sections.append(section)
        elif operation == "replace":
            if place is None:
                self.sections = [section]
            else:
                self.sections[place] = section
        elif place is None:
            raise SlackError("canvas_editing_failed", detail="section_id is missing or unknown")
        elif operation == "delete":
            del self.sections[place]
        elif operation in {"insert_after", "insert_before"}:
            self.sections.insert(place + (operation == "insert_after"), section)
        else:
            raise SlackError("canvas_editing_failed", detail=f"unknown operation {operation}")

    def _place(self, section_id: str | None) -> int | None:
        for index, section in enumerate(self.sections):
            if section.id == section_id:
                return index
        return None
