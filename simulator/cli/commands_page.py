"""The page of all commands and their options, made from the parser that reads them."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from simulator.cli.main import command_parser

HEAD = """# Commands

Made from the code by `make docs`. `swivel COMMAND --help` says the same in a terminal.
"""


def page() -> str:
    """The page as Markdown."""
    lines = [HEAD.rstrip("\n")]
    for name in _choices(command_parser([])):
        parser = _choices(command_parser([name]))[name]
        for words, one in _with_subcommands(f"swivel {name}", parser):
            lines += ["", f"## {words}", "", _sentence(one), *_options(one)]
    return "\n".join(lines) + "\n"


def _choices(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """The commands below a parser."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            return dict(action.choices)
    return {}


def _with_subcommands(words: str, parser: argparse.ArgumentParser) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    below = _choices(parser)
    if not below:
        yield words, parser
    for name, one in below.items():
        yield from _with_subcommands(f"{words} {name}", one)


def _sentence(parser: argparse.ArgumentParser) -> str:
    return parser.description or ""


def _options(parser: argparse.ArgumentParser) -> list[str]:
    actions = [one for one in parser._actions if not isinstance(one, argparse._HelpAction | argparse._SubParsersAction)]
    shown = [one for one in actions if one.help != argparse.SUPPRESS]
    if not shown:
        return []
    return ["", "| option | what it does |", "|---|---|", *(f"| {_name(one)} | {_help(one)} |" for one in shown)]


def _name(action: argparse.Action) -> str:
    value = action.metavar or (action.dest.upper() if action.option_strings else action.dest)
    if action.choices is not None and action.metavar is None:
        value = "|".join(map(str, action.choices))
    words = " ".join(value) if isinstance(value, tuple) else str(value)
    if not action.option_strings:
        return f"`{words}`".replace("|", "\\|")
    takes = "" if action.nargs == 0 else f" {words}"
    return f"`{', '.join(action.option_strings)}{takes}`".replace("|", "\\|")


def _help(action: argparse.Action) -> str:
    text = (action.help or "").replace("%%", "%").replace("|", "\\|")
    return text.replace("%(default)s", str(action.default))
