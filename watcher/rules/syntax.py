"""What is wrong with YAML that cannot be read, in the analyst's words: libyaml's own are about tokens."""

from __future__ import annotations

import re

import yaml

from watcher.errors import Fault

_QUOTED_START = re.compile(r"""^(\s*(?:- )*(?:[\w-]+:\s+)?)(["'].*)$""")
_NO_SPACE = re.compile(r"\s*(?:- )*[\w-]+:[\[{\"'\w@$-]")
_NO_COLON_SPACE = re.compile(r"\s*(?:- )*[\w-]+:(?=[^\s:/])")
_NO_DASH_SPACE = re.compile(r"\s*(?:- )*-(?=\w+:(?:\s|$))")
_ODD_DASH = re.compile(r"\s*([‐‑‒–—−•·])(?=\s*\w+:(?:\s|$))")
_ALIAS = re.compile(r"(?:[:,\[-] +)([*&][^\s,]+)\s+$")
_LINE_END = re.compile(r"\r\n|\r|\n")


def line_and_column(text: str, offset: int) -> tuple[int, int]:
    """Line and column, from 1, of an offset in `text`."""
    ends = [found.end() for found in _LINE_END.finditer(text, 0, offset)]
    return len(ends) + 1, offset - (ends[-1] if ends else 0) + 1


def syntax_fault(error: yaml.YAMLError, text: str, file: str) -> Fault:
    """What libyaml stumbled over, at the place where something is to be changed."""
    mark: yaml.Mark | None = getattr(error, "problem_mark", None)
    if mark is None:  # a character that YAML does not allow: its offset is all that is known
        position = int(getattr(error, "position", 0))
        before = text.encode("utf-8", "surrogatepass")[:position].decode("utf-8", "ignore")
        return Fault(
            file, *line_and_column(text, len(before)), "a control character that YAML does not allow; remove it"
        )
    lines = _LINE_END.split(text)
    problem, context = (str(getattr(error, name, "") or "") for name in ("problem", "context"))
    opened: yaml.Mark | None = getattr(error, "context_mark", None)
    line, column = mark.line, mark.column
    if opened and ("end of stream" in problem or "simple key" in context or "a tag" in context):  # its beginning helps
        line, column = opened.line, opened.column
    elif "alias" in context or "anchor" in context:  # libyaml points behind the star
        column = max(0, column - 1)
    written = lines[line] if line < len(lines) else ""
    if star := _ALIAS.search(written[:column]):  # and behind the whole word where more follows
        column = star.start(1)
    if "Unicode character escape" in problem or "hexdecimal" in problem:  # and behind the backslash and its letter
        column = max(0, written.rfind("\\", 0, column))
    if "mapping values are not allowed" in problem and (slip := _slip(lines, line, written[:column])):
        return Fault(file, *slip)
    advice = _advice(problem, context, written, column, opened)
    if advice.startswith(("this line does not", "a bracket above", "a comma or")) and line and " #" in lines[line - 1]:
        advice = f"{advice}; the ' #' above it begins a comment, which ended the line there"
    return Fault(file, line + 1, column + 1, advice)


def _slip(lines: list[str], line: int, before: str) -> tuple[int, int, str] | None:
    """The slip in the line above by which that is a text, and the key of this one has no place: where it is, and what
    to write."""
    above = next((n for n in range(line - 1, -1, -1) if lines[n].strip()), None)
    if above is None or ": " in before:
        return None
    written = lines[above]
    if found := _NO_COLON_SPACE.match(written):
        return above + 1, found.end(), "a space is missing behind this colon"
    if found := _NO_DASH_SPACE.match(written):
        return above + 1, found.end(), "a space is missing behind this dash"
    if found := _ODD_DASH.match(written):
        return above + 1, found.end(1), f"'{found[1].strip()}' begins no list item; write a plain hyphen: - "
    return None


def _advice(problem: str, context: str, written: str, column: int, opened: yaml.Mark | None) -> str:
    """What is wrong at a place, and what to write there: libyaml's own words are about tokens."""
    before, at = written[:column], written[column : column + 1]
    if written.lstrip().startswith("\ufeff"):
        return "an invisible byte order mark (U+FEFF) begins this line; remove it"
    if at == "\t" or ("\t" in written[: column + 1] and not written[: column + 1].strip()):
        return "a tab; indent with spaces"
    if "Unicode character escape" in problem:
        return "an escape that stands for no character; write the character itself"
    if written.startswith("%"):
        return "a line that begins with % is for YAML itself; remove it"
    if "end of stream" in problem and "scalar" in context:
        return "a quote is opened here and never closed"
    if at and (at in "@`%*&!" or (at in "|>" and "start any token" in problem)):
        word = re.split(r"[,\]}#]", written[column:])[0].strip()
        quote = "'" if '"' in word else '"'
        return f"{at} cannot begin a value; put it in quotes: {quote}{word}{quote}"
    if "escape character" in problem or "hexdecimal" in problem:
        return "a backslash in double quotes begins an escape; put the value in single quotes"
    if before.rstrip()[-1:] in ('"', "'") and at not in ("", ":"):
        return _quotes(written, before, at)
    if opened and ("or ']'" in problem or "or '}'" in problem):
        bracket = "]" if "]" in problem else "}"
        return (
            f"a comma or {bracket} is missing before this place; "
            f"the bracket was opened on line {opened.line + 1}, column {opened.column + 1}"
        )
    return _structure(problem, written, before, at)


def _quotes(written: str, before: str, at: str) -> str:
    if before.endswith("'") and at.isalnum():
        return "an apostrophe inside single quotes ends them; put the value in double quotes"
    quoted = _QUOTED_START.match(written)
    if quoted is None or before.count("[") > before.count("]") or before.count("{") > before.count("}"):
        return "text after a quoted value; put a comma between, or the whole value in one pair of quotes"
    doubled = quoted[2].strip().replace("'", "''")
    return f"text after a quoted value; put the whole value in single quotes: {quoted[1].strip()} '{doubled}'"


def _structure(problem: str, written: str, before: str, at: str) -> str:
    """Advice on indentation, colons and dashes."""
    if "mapping values are not allowed" in problem:
        if at == ":" and not before.strip(" -"):
            return "nothing stands before this colon; write the key there"
        if _NO_SPACE.match(written):
            return "a space is missing behind the first colon of this line"
        if ": " in before:
            return "a second ': ' in one line; put the value in quotes, or the key on a line of its own"
        return "this line is indented further than the one above; keys of one mapping begin in the same column"
    if "expected ':'" in problem:
        return "neither 'key: value' nor '- item'; is a colon or the space behind it missing?"
    if "sequence entries are not allowed" in problem:
        return "a list item ('- ') cannot stand here; begin a new line for it, indented like its neighbours"
    if "node content" in problem and at in (",", "]", "}"):
        return "nothing stands between the commas or brackets; remove one, or put a value there"
    if "node content" in problem and at == "-":
        return "a list item ('- ') inside brackets; commas part the values there"
    if "node content" in problem and not at:
        return "a bracket above is opened and never closed"
    if "<document start>" in problem:
        return "text behind the end of the document ('...'); a rules file holds one"
    if "expected key" in problem and written.lstrip().startswith("- ") and not before.strip():
        return "a list item ('- ') where a key is expected; indent it below the key that it belongs to"
    if "expected key" in problem and at == ":":
        return "nothing stands before this colon; write the key there"
    if "expected key" in problem and at in ("]", "}"):
        return f"a {at} too many; no bracket is open here"
    if "expected key" in problem or "'-' indicator" in problem:
        return "this line does not line up with those above; begin it in the same column as its neighbours"
    return f"not valid YAML: {problem or 'unreadable'}; look at the indentation, quotes and brackets before this place"
