"""Reads HTML strictly: every tag is closed in its order, no attribute and no id stands twice."""

from __future__ import annotations

from html.parser import HTMLParser

VOID = {"meta", "link", "br", "hr", "img", "input", "source", "wbr"}


class Tree(HTMLParser):
    """Tags with their attributes, in order, and the text between them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep it; refuse an attribute that stands twice."""
        assert len({name for name, _ in attrs}) == len(attrs), f"{tag} has an attribute twice"
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Refuse what was not opened last."""
        assert self.open, f"</{tag}> was never opened"
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Keep it."""
        self.texts.append(data)

    def all(self, name: str) -> list[dict[str, str | None]]:
        """The attributes of all tags of a name."""
        return [attributes for tag, attributes in self.tags if tag == name]


def parsed(document: str) -> Tree:
    """Read a document, or a part of one."""
    tree = Tree()
    tree.feed(document)
    tree.close()
    assert tree.open == []
    ids = [attributes["id"] for _, attributes in tree.tags if "id" in attributes]
    assert len(set(ids)) == len(ids), f"an id stands twice: {ids}"
    return tree
