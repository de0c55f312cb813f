"""The rows and tables of a study of scaling.py."""

from scaling_jobs import JOBS

from fastvec.benchmark.figures import machine_lines, show, spread, table


def rows_of(runs):
    """Return a row for each job, program and number of threads; figures have median, low and high over the rounds.

    ``times`` is the speed relative to one thread in the same round; None if one thread was not measured.
    """
    rates = {}
    for run in runs:
        case = run["job"], run["who"], run["threads"]
        rates.setdefault(case, {})[run["round"]] = run["work"] / run["seconds"]
    rows = []
    for job, who, threads in sorted(rates, key=_place):
        found, alone = rates[job, who, threads], rates.get((job, who, 1), {})
        times = [found[number] / alone[number] for number in found if number in alone]
        row = {"job": job, "who": who, "threads": threads, "rate": spread(list(found.values()))}
        row["times"] = spread(times) if times else None
        row["efficiency"] = spread([time / threads for time in times]) if times else None
        row["rounds"] = len(found)
        rows.append(row)
    return rows


def _place(case):
    job, who, threads = case
    return list(JOBS).index(job), who != "fastvec", who, threads


def header_lines(header):
    text = header["text"]
    lines = [
        machine_lines(header["machine"]),
        f"{text['name']}: {text['bytes'] / 1e6:.1f} MB, {text['tokens']:,} tokens, {text['vocabulary']:,} words",
        *(f"not installed: {who}; to compare: {how}" for who, how in header["not installed"].items()),
    ]
    return "\n".join(lines)


def report(header, runs):
    lines = [["job", "program", "threads", "rate", "unit", "times 1 thread", "efficiency", "rounds"]]
    for row in rows_of(runs):
        rate, unit = show(row["rate"], 1e6), JOBS[row["job"]].unit
        figures = [show(row["times"]), _percent(row["efficiency"]), str(row["rounds"])]
        lines.append([JOBS[row["job"]].label, row["who"], str(row["threads"]), rate, unit, *figures])
    others = [run["others"] for run in runs if run.get("others") is not None]
    disturbance = f"other processes used {show(spread(others))} cores during the runs\n" if others else ""
    return f"{header_lines(header)}\n{disturbance}median (low-high) of the rounds\n\n{table(lines)}"


def _percent(figure):
    return "-" if figure is None else f"{100 * figure['median']:.0f} %"


def markdown(runs):
    """Return a Markdown table: jobs and programs by numbers of threads; rates, and how many times one thread's."""
    rows = rows_of(runs)
    threads = sorted({row["threads"] for row in rows})
    heads = ["", "", *("1 thread" if count == 1 else f"{count} threads" for count in threads)]
    lines = [_line(heads), "|---" * len(heads) + "|"]
    for job, who in dict.fromkeys((row["job"], row["who"]) for row in rows):
        found = {row["threads"]: row for row in rows if (row["job"], row["who"]) == (job, who)}
        cells = [_cell(found.get(count)) for count in threads]
        name = f"{JOBS[job].label}, {JOBS[job].unit}" if who == "fastvec" else ""
        lines.append(_line([name, who, *cells]))
    return "\n".join(lines)


def _line(cells):
    return "| " + " | ".join(cells) + " |"


def _cell(row):
    if row is None:
        return ""
    rate = show(row["rate"], 1e6)
    if row["rounds"] == 1:
        rate = rate.split(" ")[0]
    if row["times"] is None or row["threads"] == 1:
        return rate
    return f"{rate}, {show(row['times']).split(' ')[0]} times"
