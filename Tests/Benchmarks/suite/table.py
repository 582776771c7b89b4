"""The table for people, and the same as JSON."""

from dataclasses import asdict


def number(value):
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def verdict(row):
    return {None: "", True: "met", False: "MISSED"}[row.passes]


def text(rows, date):
    """A table in Markdown."""
    cells = [["work", "measured", "bar", "verdict", "medians"], ["---", "--:", "--:", "---", "---"]]
    for row in rows:
        bar = "" if row.bar is None else f"{'≥' if row.at_least else '≤'} {number(row.bar)}"
        cells.append([row.work, f"{number(row.value)} {row.unit}".replace("|", "\\|"), bar, verdict(row), row.detail])
    widths = [max(len(line[column]) for line in cells) for column in range(len(cells[0]))]
    lines = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths)) + " |" for line in cells]
    return f"Measured {date}\n\n" + "\n".join(lines)


def as_json(rows, date, **about):
    return {"date": date, **about, "rows": [asdict(row) | {"passes": row.passes} for row in rows]}
