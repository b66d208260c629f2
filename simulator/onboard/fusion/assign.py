"""Which sighting belongs to which person: the cheapest pairing of two small groups, each member used at most once.

Kuhn's assignment problem, solved by shortest augmenting paths (Jonker and Volgenant 1987). Pairs that are out of the
question stay unpaired, because leaving one out costs less than a forbidden pair.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

INFINITE: Final = float("inf")


def assigned(costs: Sequence[Sequence[float]], *, limit: float) -> list[tuple[int, int]]:
    """The pairs (row, column) with the least total cost, counting `limit` for a row left alone.

    A cost at or above the limit, or one that is not a number, never makes a pair.
    """
    if not costs or not costs[0]:
        return []
    rows, columns = len(costs), len(costs[0])
    if rows == 1 or columns == 1:
        return _one_line(costs, limit=limit)
    # Each row gets a column of its own in which it stays alone, so a full matching always exists.
    matrix = [
        [cost if cost < limit else INFINITE for cost in row] + [limit if k == i else INFINITE for k in range(rows)]
        for i, row in enumerate(costs)
    ]
    return [(row, column) for row, column in _matched(matrix) if column < columns]


def _one_line(costs: Sequence[Sequence[float]], *, limit: float) -> list[tuple[int, int]]:
    best, pair = limit, None
    for i, row in enumerate(costs):
        for j, cost in enumerate(row):
            if cost < best:
                best, pair = cost, (i, j)
    return [] if pair is None else [pair]


def _matched(matrix: list[list[float]]) -> list[tuple[int, int]]:
    rows, columns = len(matrix), len(matrix[0])
    row_price, column_price = [0.0] * rows, [0.0] * columns
    owner = [-1] * columns
    for start in range(rows):
        shortest, before, done = [INFINITE] * columns, [-1] * columns, [False] * columns
        row, last = start, -1
        reached = 0.0
        touched: list[int] = []
        while True:
            nearest, nearest_cost = -1, INFINITE
            costs, price = matrix[row], row_price[row]
            for column in range(columns):
                if done[column]:
                    continue
                cost = reached + costs[column] - price - column_price[column]
                if cost < shortest[column]:
                    shortest[column], before[column] = cost, last
                if shortest[column] < nearest_cost:
                    nearest, nearest_cost = column, shortest[column]
            done[nearest], reached, last = True, nearest_cost, nearest
            if owner[nearest] < 0:
                break
            touched.append(nearest)
            row = owner[nearest]
        row_price[start] += reached
        for column in touched:
            row_price[owner[column]] += reached - shortest[column]
            column_price[column] -= reached - shortest[column]
        while last >= 0:
            previous = before[last]
            owner[last] = start if previous < 0 else owner[previous]
            last = previous
    return sorted((row, column) for column, row in enumerate(owner) if row >= 0)
