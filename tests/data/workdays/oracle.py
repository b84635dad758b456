#!/usr/bin/env python3
# Writes oracle.txt and deadlines.csv from the PyPI package chinese_calendar 1.11.0 (MIT), which shares nothing with
# content/calendar: those files were copied from the wording of the notices.
#   pip install chinese_calendar==1.11.0 && python3 tests/data/workdays/oracle.py
import datetime
import pathlib
import random

import chinese_calendar

FIRST, LAST = 2007, 2026
HERE = pathlib.Path(__file__).parent
DAY = datetime.timedelta(days=1)
is_working = chinese_calendar.is_workday


def after(start, working_days):
    """The day that ends so many working days, counted one by one; the first day does not count."""
    day = start
    while working_days:
        day += DAY
        working_days -= is_working(day)
    return day


def days_of(year):
    day = datetime.date(year, 1, 1)
    while day.year == year:
        yield day
        day += DAY


lines = ["".join("1" if is_working(day) else "0" for day in days_of(year)) for year in range(FIRST, LAST + 1)]
(HERE / "oracle.txt").write_text("".join(line + "\n" for line in lines))

# The last start leaves room for 40 working days within the last year.
chance = random.Random(2026)
every = [day for year in range(FIRST, LAST + 1) for day in days_of(year)]
starts = sorted(chance.sample(every[: -100], 200))
rows = [f"{start},{after(start, 20)},{after(start, 40)}\n" for start in starts]
(HERE / "deadlines.csv").write_text("start,after_20,after_40\n" + "".join(rows))
