"""The table for people, and the same as JSON."""

from dataclasses import asdict


def number(value):
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def verdict(row):
    return {None: "", True: "met", False: "**missed**"}[row.passes]


def measured(row):
    return f"{number(row.value)} {row.unit}".replace("|", "\\|")


def bar(row):
    return "" if row.bar is None else f"{'≥' if row.at_least else '≤'} {row.bar:,g}"


def text(rows, recorded):
    """A table in Markdown. `recorded` are the rows of an earlier run, by their keys."""
    cells = [["work", "measured", "bar", "verdict", "medians", "recorded"], ["---", "--:", "--:", "---", "---", "--:"]]
    for key, row in keyed(rows).items():
        earlier = number(recorded[key].value) if key in recorded else ""
        cells.append([row.work, measured(row), bar(row), verdict(row), row.detail, earlier])
    widths = [max(len(line[column]) for line in cells) for column in range(len(cells[0]))]
    return "\n".join("| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths)) + " |" for line in cells)


def short(rows):
    """The table as the README shows it."""
    lines = ["| work | measured | bar | verdict |", "|---|--:|--:|---|"]
    lines += ["| " + " | ".join([row.work, measured(row), bar(row), verdict(row)]) + " |" for row in rows]
    return "\n".join(lines).replace("|  ", "| ")


def keyed(rows):
    """The rows by what each measures: a row that says "the same" speaks of the work above it."""
    keys, work = {}, ""
    for row in rows:
        work = work if row.work.startswith("the same") else row.work
        keys[f"{work} · {row.work} · {row.unit}"] = row
    return keys


def as_json(rows, date, **about):
    return {"date": date, **about, "rows": [asdict(row) | {"passes": row.passes} for row in rows]}
