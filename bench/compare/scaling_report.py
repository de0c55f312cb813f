"""What comes of a study of scaling.py: its rows, the tables and the picture."""

from scaling_jobs import JOBS

from fastvec.benchmark.rounds import show, spread, table


def rows_of(runs):
    """One row for each job, program and thread count; every figure has median, low and high over the rounds.

    Times one thread is of the same round; None where one thread was not measured.
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


def machine_lines(header):
    here, text = header["machine"], header["text"]
    lines = [
        f"fastvec {here['fastvec']} ({here['source']}), {here['simd']}",
        f"{here['processor']}, {here['cores']} cores",
        f"{here['system']}, Python {here['python']}, NumPy {here['numpy']}",
        f"{text['name']}: {text['bytes'] / 1e6:.1f} MB, {text['words']:,} words, {text['vocabulary']:,} distinct",
        *(f"not here: {who}; to compare: {how}" for who, how in header["not here"].items()),
    ]
    return "\n".join(lines)


def report(header, runs):
    lines = [["job", "program", "threads", "rate", "unit", "times one thread", "efficiency", "rounds"]]
    for row in rows_of(runs):
        rate, unit = show(row["rate"], 1e6), JOBS[row["job"]].unit
        figures = [show(row["times"]), _percent(row["efficiency"]), str(row["rounds"])]
        lines.append([JOBS[row["job"]].label, row["who"], str(row["threads"]), rate, unit, *figures])
    others = [run["others"] for run in runs if run.get("others") is not None]
    told = f"other processes took {show(spread(others))} cores meanwhile\n" if others else ""
    return f"{machine_lines(header)}\n{told}median (low-high) of the rounds\n\n{table(lines)}"


def _percent(figure):
    return "-" if figure is None else f"{100 * figure['median']:.0f} %"


def markdown(runs):
    """A line for each job and program, a column for each thread count: its rate, and that over one thread's."""
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
