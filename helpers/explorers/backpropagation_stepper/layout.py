"""Where each value of a computation is drawn: inputs on the left, the result on the right."""

from ...lessons.backpropagation import Value, computation

WIDE, HIGH = 0.64, 0.72  # of a box, where the columns and rows are 1 apart


def placed(result: Value) -> dict[Value, tuple[float, float]]:
    """Return the middle of each value's box: its column from the left, and its row, downwards.

    An operation stands right of all it was computed from, an input just left of the first that uses it.

    >>> a = Value(2.0, "a")
    >>> [*placed(a * a + 1).values()]
    [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (2.0, 0.5)]
    """
    values = computation(result)
    column: dict[Value, float] = {}
    for value in values:
        column[value] = max((column[parent] + 1 for parent in value.parents), default=0)
    for value in values:
        if not value.parents:
            column[value] = min(column[user] for user in values if value in user.parents) - 1
    row: dict[Value, float] = {}
    for value in values:
        free = 1 + max((row[one] for one in row if not one.parents), default=-1)
        row[value] = sum(row[one] for one in value.parents) / len(value.parents) if value.parents else free
    for number in sorted(set(column.values())):  # no two of a column on top of each other
        below = -1.0
        for value in sorted((one for one in values if column[one] == number), key=lambda one: row[one]):
            row[value] = below = max(row[value], below + 1)
    return {value: (float(column[value]), float(row[value])) for value in values}
