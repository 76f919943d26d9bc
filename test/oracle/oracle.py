#!/usr/bin/env python3
"""An independent evaluator of program dumps: the third opinion on what a program means.

Written from doc/dump.md and doc/language.md, never from the kernels: Python's unbounded integers and fractions, the
library's calendar, None for what is not known. It shares no line with the evaluators it checks.

Input (standard input, any number of times): a dump, then the data of one run,
    run BASE_DATE APPLY_DATE yes|no          (days since 1970-01-01; yes: provisional values count as unknown)
    replace PARAMETER CELL
    rows ENTITY COUNT
    column FACT CELL...                      (one a row, ? unknown; a fact without a line is unknown everywhere)
    partners LINK ROW...                     (one a child row, ? for none; without a line nobody has a partner)
    lists LINK yes|no...                     (one a parent row; without a line as the link is declared)
    evaluate
Output: for every step `STEP CELL...`, one cell a row (one for a step of no entity), then `end`.
"""
import calendar
import datetime
import re
import sys
from fractions import Fraction

EPOCH = datetime.date(1970, 1, 1).toordinal()
FIRST_DAY = datetime.date(1900, 1, 1).toordinal() - EPOCH
LAST_DAY = datetime.date(2199, 12, 31).toordinal() - EPOCH
CELL_LIMIT = 2**63
WIDE_LOW, WIDE_HIGH = -(2**127), 2**127 - 1


def fit(value):
    """The value, or None where no cell can hold it (the lowest int64 is the mark for unknown)."""
    return value if -CELL_LIMIT < value < CELL_LIMIT else None


def half_away(value):
    """The integer nearest to a fraction, halves away from zero."""
    whole = (abs(value) + Fraction(1, 2)).__floor__()
    return whole if value >= 0 else -whole


def civil(day):
    return datetime.date.fromordinal(day + EPOCH)


def day_of(date):
    return date.toordinal() - EPOCH


def months_on(day, months):
    """The same day of another month, or that month's last day."""
    date = civil(day)
    year, month = divmod(date.year * 12 + date.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return day_of(datetime.date(year, month + 1, min(date.day, last)))


def full_months(start, end):
    """The largest n with months_on(start, n) <= end, found by trying."""
    a, b = civil(start), civil(end)
    n = (b.year - a.year) * 12 + b.month - a.month - 1
    while months_on(start, n + 1) <= end:
        n += 1
    return n


def a_date(day):
    return day if FIRST_DAY <= day <= LAST_DAY else None


def multiply_divide(a, b, c, exponent):
    if c == 0:
        return None
    if exponent > 0:
        wide = a * b * 10**exponent
        if not WIDE_LOW <= wide <= WIDE_HIGH:
            return None
    return fit(half_away(Fraction(a * b) * Fraction(10) ** exponent / c))


def both(a, b):
    """Kleene conjunction."""
    if a is False or b is False:
        return False
    return None if a is None or b is None else True


def negation(a):
    return None if a is None else not a


def either(a, b):
    return negation(both(negation(a), negation(b)))


# Operations that know nothing as soon as one operand is unknown. i is the immediate.
STRICT = {
    "add": lambda i, a, b: fit(a + b),
    "subtract": lambda i, a, b: fit(a - b),
    "multiply": lambda i, a, b: fit(a * b),
    "negate": lambda i, a: -a,
    "minimum": lambda i, a, b: min(a, b),
    "maximum": lambda i, a, b: max(a, b),
    "scale_up": lambda i, a: fit(a * i),
    "scale_down": lambda i, a: half_away(Fraction(a, i)),
    "multiply_divide": lambda i, a, b, c: multiply_divide(a, b, c, i),
    "round_half_up": lambda i, a: fit(half_away(Fraction(a, i)) * i),
    "round_up": lambda i, a: fit(Fraction(a, i).__ceil__() * i),
    "round_down": lambda i, a: fit(Fraction(a, i).__floor__() * i),
    "add_months": lambda i, a, b: a_date(months_on(a, b)) if -10000 <= b <= 10000 else None,
    "add_days": lambda i, a, b: a_date(a + b) if -1000000 <= b <= 1000000 else None,
    "full_months": lambda i, a, b: full_months(a, b),
    "full_years": lambda i, a, b: full_months(a, b) // 12,
    "days_between": lambda i, a, b: b - a,
    "year_of": lambda i, a: civil(a).year,
    "month_of": lambda i, a: civil(a).month,
    "year_start": lambda i, a: day_of(datetime.date(civil(a).year, 1, 1)),
    "equal": lambda i, a, b: a == b,
    "not_equal": lambda i, a, b: a != b,
    "less": lambda i, a, b: a < b,
    "at_most": lambda i, a, b: a <= b,
    "more": lambda i, a, b: a > b,
    "at_least": lambda i, a, b: a >= b,
    "in_set": lambda i, a: bool(i % 2**64 // 2**a % 2),
}


def comparison(known, a, b):
    return None if a is None or b is None else known(a, b)


def between(a, b, c):
    return both(comparison(lambda x, y: x >= y, a, b), comparison(lambda x, y: x <= y, a, c))


def select(condition, yes, no):
    if condition is None:
        return yes if yes == no else None
    return yes if condition else no


# Operations that look at unknown operands themselves.
LENIENT = {
    "and": both,
    "or": either,
    "not": negation,
    "assume_yes": lambda a, b: a if a is not None else (True if b is True else None),
    "assume_no": lambda a, b: a if a is not None else (False if b is True else None),
    "between": between,
    "select": select,
    "known": lambda a: a is not None,
}


def any_of(rows, whole):
    truths = [a for a, _ in rows]
    if True in truths:
        return True
    return False if whole and None not in truths else None


def all_of(rows, whole):
    truths = [a for a, _ in rows]
    if False in truths:
        return False
    if not whole or None in truths:
        return None
    return bool(truths)


def count_of(rows, whole):
    truths = [a for a, _ in rows]
    return truths.count(True) if whole and None not in truths else None


def over_values(combine):
    """Reduces that look at b of the rows whose a is true."""

    def reduce(rows, whole):
        values = [b for a, b in rows if a is True]
        if not whole or None in values or any(a is None for a, _ in rows):
            return None
        return combine(values)

    return reduce


REDUCE = {
    "any": any_of,
    "all": all_of,
    "count": count_of,
    "sum": over_values(lambda values: fit(sum(values))),
    "largest": over_values(lambda values: max(values, default=None)),
    "smallest": over_values(lambda values: min(values, default=None)),
    "count_distinct": over_values(lambda values: len(set(values))),
}

PAIR = re.compile(r'(\w+)=("(?:[^"\\]|\\.)*"|\S*)')


def integer(text):
    return None if text in ("?", "-") else int(text, 0)


def integers(text):
    inside = text[1:-1]
    return [integer(word) for word in inside.split(",")] if inside else []


class Program:
    """What of a dump matters for values, and the data of the run that follows it."""

    def __init__(self):
        self.members, self.links, self.facts, self.versions = [], [], [], {}
        self.keys, self.cells, self.steps = {}, {}, []
        self.run, self.replaced, self.rows = None, {}, {}
        self.columns, self.partners, self.whole = {}, {}, {}

    def read(self, kind, words, line):
        reader = getattr(self, "read_" + kind, None)
        if reader:
            reader(words, dict(PAIR.findall(line)))

    def read_enumeration(self, words, pairs):
        self.members.append(int(pairs["members"]))

    def read_link(self, words, pairs):
        self.links.append((int(pairs["child"]), int(pairs["parent"]), pairs["complete"] == "yes"))

    def read_fact(self, words, pairs):
        self.facts.append(pairs["type"] == "truth")

    def read_version(self, words, pairs):
        version = (int(pairs["from"]), int(pairs["to"]), integer(pairs["value"]))
        self.versions.setdefault(int(words[1]), []).append(version)

    def read_table(self, words, pairs):
        self.keys[int(words[1])] = integers(pairs["keys"])

    def read_cells(self, words, pairs):
        self.cells.setdefault(int(words[1]), []).extend(integers(pairs["values"]))

    def read_step(self, words, pairs):
        self.steps.append(
            (
                pairs["op"],
                integer(pairs["entity"]),
                [int(pairs[key]) for key in "abc" if pairs[key] != "-"],
                integer(pairs["aux"]),
                integer(pairs["imm"]),
                pairs["type"] == "truth",
            )
        )

    def read_run(self, words, pairs):
        self.run = (int(words[1]), int(words[2]), words[3] == "yes")

    def read_replace(self, words, pairs):
        self.replaced[int(words[1])] = int(words[2])

    def read_rows(self, words, pairs):
        self.rows[int(words[1])] = int(words[2])

    def read_column(self, words, pairs):
        cells = [integer(word) for word in words[2:]]
        if self.facts[int(words[1])]:
            cells = [None if cell == 1 or cell is None else cell == 2 for cell in cells]
        self.columns[int(words[1])] = cells

    def read_partners(self, words, pairs):
        self.partners[int(words[1])] = [integer(word) for word in words[2:]]

    def read_lists(self, words, pairs):
        self.whole[int(words[1])] = [word == "yes" for word in words[2:]]


class Evaluation:
    def __init__(self, program):
        self.program = program
        self.values = []
        for step in program.steps:
            self.values.append(self.evaluate(*step))

    def count(self, entity):
        return 1 if entity is None else self.program.rows[entity]

    def operand(self, step, entity):
        """The operand's cells, one for every row of `entity`."""
        values = self.values[step]
        if self.program.steps[step][1] is None and entity is not None:
            return values * self.count(entity)
        return values

    def partners(self, link):
        child = self.program.links[link][0]
        return self.program.partners.get(link, [None] * self.count(child))

    def evaluate(self, op, entity, operands, aux, imm, truth):
        columns = [] if op == "gather" or op in REDUCE else [self.operand(step, entity) for step in operands]
        if op in STRICT:
            kernel = STRICT[op]
            return [None if None in row else kernel(imm, *row) for row in zip(*columns)]
        if op in LENIENT:
            kernel = LENIENT[op]
            return [kernel(*row) for row in zip(*columns)]
        if op in REDUCE:
            return self.reduce(REDUCE[op], aux, entity, operands)
        return getattr(self, "do_" + op)(entity, operands, columns, aux, imm, truth)

    def reduce(self, combine, link, entity, operands):
        child, _, complete = self.program.links[link]
        columns = [self.operand(step, child) for step in operands]
        if len(columns) == 1:
            columns.append([None] * len(columns[0]))
        groups = [[] for _ in range(self.count(entity))]
        for row, partner in enumerate(self.partners(link)):
            if partner is not None:
                groups[partner].append((columns[0][row], columns[1][row]))
        whole = self.program.whole.get(link, [complete] * len(groups))
        return [combine(rows, is_whole) for rows, is_whole in zip(groups, whole)]

    def do_constant(self, entity, operands, columns, aux, imm, truth):
        if truth:
            return [None if imm == 1 else imm == 2]
        return [imm]

    def do_fact(self, entity, operands, columns, aux, imm, truth):
        return self.program.columns.get(aux, [None] * self.count(entity))

    def do_link(self, entity, operands, columns, aux, imm, truth):
        return self.partners(aux)

    def do_base_date(self, entity, operands, columns, aux, imm, truth):
        return [self.program.run[0]]

    def do_apply_date(self, entity, operands, columns, aux, imm, truth):
        return [self.program.run[1]]

    def do_parameter(self, entity, operands, columns, aux, imm, truth):
        if aux in self.program.replaced:
            return [self.program.replaced[aux]] * self.count(entity)
        versions = self.program.versions.get(aux, [])
        result = []
        for date in columns[0]:
            values = [value for first, last, value in versions if date is not None and first <= date <= last]
            result.append(values[0] if values else None)
        return result

    def do_table(self, entity, operands, columns, aux, imm, truth):
        sizes = [self.program.members[key] for key in self.program.keys[aux]]
        result = []
        for codes in zip(*columns):
            if None in codes:
                result.append(None)
                continue
            index = 0
            for code, size in zip(codes, sizes):
                index = index * size + code
            result.append(self.program.cells[aux][index])
        return result

    def do_default(self, entity, operands, columns, aux, imm, truth):
        if self.program.run[2] and imm != 1:
            return columns[0]
        return [b if a is None else a for a, b in zip(*columns)]

    def do_gather(self, entity, operands, columns, aux, imm, truth):
        values = self.operand(operands[0], self.program.links[aux][1])
        return [None if partner is None else values[partner] for partner in self.partners(aux)]

    def lines(self):
        for number, values in enumerate(self.values):
            if self.program.steps[number][5]:
                words = ["1" if value is None else "2" if value else "0" for value in values]
            else:
                words = ["?" if value is None else str(value) for value in values]
            yield " ".join([str(number)] + words) + "\n"


def main():
    program = None
    for line in sys.stdin:
        words = line.split()
        kind = words[0] if words else ""
        if kind == "program":
            program = Program()
        elif kind == "evaluate":
            sys.stdout.writelines(Evaluation(program).lines())
            sys.stdout.write("end\n")
        elif kind:
            program.read(kind, words, line)


if __name__ == "__main__":
    main()
