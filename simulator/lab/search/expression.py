"""Sums and products over an axis: `x + 16`, `default * x`; what is written is parsed, never run."""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Mapping

_BINARY: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_CALLS: dict[str, Callable[..., float]] = {"min": min, "max": max}
LONGEST = 200


class ExpressionError(ValueError):
    """An expression that is none; the text says what is allowed."""


def evaluated(text: str, names: Mapping[str, float]) -> float:
    """The value of an expression over some names; raises ExpressionError."""
    if len(text) > LONGEST:
        raise ExpressionError(f"an expression has at most {LONGEST} characters")
    try:
        value = _value(ast.parse(text, mode="eval").body, names)
    except ExpressionError as error:
        raise ExpressionError(f"{text!r}: {error}") from None
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise ExpressionError(f"{text!r}: must be a sum or product such as {' or '.join(_examples(names))}") from None
    except (ZeroDivisionError, OverflowError):
        raise ExpressionError(f"{text!r} has no finite value") from None
    if not math.isfinite(value):
        raise ExpressionError(f"{text!r} has no finite value")
    return value


def _value(node: ast.expr, names: Mapping[str, float]) -> float:
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return float(number)
        case ast.Name(id=name):
            if name not in names:
                raise ExpressionError(f"{name} is not known; known are {', '.join(names)}")
            return names[name]
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
            return _BINARY[type(op)](_value(left, names), _value(right, names))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand, names)
        case ast.Call(func=ast.Name(id=name), args=given, keywords=[]) if name in _CALLS and len(given) >= 2:
            return _CALLS[name](*(_value(one, names) for one in given))
    raise ExpressionError("only numbers, + - * /, brackets, min(), max() and " + ", ".join(names) + " are allowed")


def _examples(names: Mapping[str, float]) -> list[str]:
    first = next(iter(names), "1")
    return [f"{first} + 16", f"2 * {first}"]
