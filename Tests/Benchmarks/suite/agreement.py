"""Whether two runs of the suite agree."""

import json

from bars import Row
from table import keyed, number

# Medians of whole processes on a machine with neighbours: less than this is noise.
TOLERANCE = 0.15


def recorded(path):
    """The date and the rows of an earlier run; no rows where there is none."""
    if not path.exists():
        return None, []
    result = json.loads(path.read_text())
    names = Row.__dataclass_fields__
    return result["date"], [Row(**{name: value for name, value in row.items() if name in names}) for row in result["rows"]]


def text(rows, date, earlier):
    """What differs from an earlier run, for people: verdicts, and figures beyond the tolerance."""
    now, then = keyed(rows), keyed(earlier)
    common = [key for key in now if key in then]
    judged = [key for key in common if now[key].passes is not None]
    turned = [key for key in judged if now[key].passes != then[key].passes]
    apart = [key for key in common if abs(now[key].value / then[key].value - 1) > TOLERANCE]
    lines = [f"Against the run of {date}: {len(judged) - len(turned)} of {len(judged)} verdicts are the same, and "
             f"{len(common) - len(apart)} of {len(common)} figures within {TOLERANCE:.0%}."]
    for key in common:
        if key in turned or key in apart:
            was, is_now = then[key], now[key]
            turn = f", and its verdict turned to {'met' if is_now.passes else 'missed'}" if key in turned else ""
            work = key.split(" · ")[0] + ("" if key.split(" · ")[1] == key.split(" · ")[0] else f": {is_now.work}")
            lines.append(f"  {work}: {number(is_now.value)} {is_now.unit}, was {number(was.value)}{turn}")
    return "\n".join(lines)
