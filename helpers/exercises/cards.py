"""A question's card: what is asked or answered, in colour and with a mark; a line of text where none is drawn.

What is still open is a quiet line, for a page that nobody has worked on has many of them.
"""

import html
import sys

HAPPENED = "What happened"
COLOURS = {"✓": "#2a9d5c", "✗": "#d9483b", "●": "#3f90da", "…": "#7d8b89"}  # seen on white and on black
CARD = (
    '<div style="border: 1px solid #94a4a2; border-left: 5px solid {colour}; border-radius: 6px; padding: 6px 14px;'
    ' margin: 2px 0; max-width: 80ch"><b style="color: {colour}">{mark}</b> <b>{title}</b>&ensp;{text}</div>'
)
QUIET = '<div style="color: {colour}; margin: 2px 0">… {title}&ensp;{text}</div>'
FOLDED = '<details style="color: {colour}; margin: 2px 0"><summary>… {title}</summary>{text}</details>'


def say(kind: str, line: str) -> None:
    """Show a line "mark name  sentence" as a card under the title "kind name"; print it where that is only text.

    >>> say("Exercise", "✓ 00.1  So it is.")
    ✓ 00.1  So it is.
    """
    if not hasattr(sys.stdout, "pub_thread"):  # a kernel's own stream has one, unless somebody redirects it
        print(line)
        return
    from IPython.display import display

    display({"text/plain": line, "text/html": in_html(kind, line)}, raw=True)


def in_html(kind: str, line: str) -> str:
    """Return the card of a line as HTML; a line without a name has the kind alone for its title.

    What happened where nobody had guessed is folded away: the question stands above it, to be guessed first.

    >>> in_html("Exercise", "✗ 00.1  2 < 3.").partition("</b> ")[2]
    '<b>Exercise 00.1</b>&ensp;2 &lt; 3.</div>'
    """
    mark, _, rest = line.partition(" ")
    name, gap, text = rest.partition("  ")
    title, text = (f"{kind} {name}", text) if gap else (kind, rest)
    card = CARD if mark != "…" else FOLDED if text.startswith(HAPPENED) else QUIET
    return card.format(colour=COLOURS[mark], mark=mark, title=html.escape(title), text=html.escape(text))
