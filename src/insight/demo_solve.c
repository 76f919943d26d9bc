/* Turns a condition round: given what a step should say about a row, sets the facts it reads. It knows how to invert what
 * conditions of indicators are made of; anything else is impossible here, and the goal that needs it is told as missed. */
#include "insight/demo_inside.h"

#define ROUNDS 4                    /* an age on the day of an activity can be set when the activity is known */
#define RECENT_DAYS 1400            /* how far back a date goes that only has an upper bound */

typedef enum Solved { SOLVED, LATER, IMPOSSIBLE } Solved;

typedef struct Solver {
        World   *world;
        DemoPool    *pool;
        uint32_t table, row;
        Demands  own, waiting;      /* conditions to be met now, and when partners are known */
        Demands  partners;          /* what links must lead to */
} Solver;

bool want_holds(Want want, int64_t cell) {
        if (cell == UNKNOWN || cell < want.low || cell > want.high)
                return false;
        return want.mask == UINT64_MAX || (cell >= 0 && cell < 64 && (want.mask >> cell & 1));
}

void demand_add(Demands *demands, uint32_t step, Want want) {
        MUST(demands->count < DEMAND_MAX);
        demands->items[demands->count++] = (Demand){ .link = NONE, .step = step, .want = want };
}

static Solved solve(Solver *solver, uint32_t index, Want want);

static int64_t value_of(const Solver *solver, uint32_t step) {
        return world_value(solver->world, step, solver->row);
}

static bool is_run_level(const Solver *solver, uint32_t step) {
        return solver->world->program->steps[step].entity == ENTITY_NONE;
}

/* Keeps the facts that a value was computed from. */
static void pin_step(Solver *solver, uint32_t index) {
        const Step *step = &solver->world->program->steps[index];
        bool crosses = op_class(step->op) == CLASS_CROSS;
        uint32_t field = step->op == OP_FACT ? solver->world->field_of_fact[step->aux] : NONE;
        if (field != NONE)
                world_set(solver->world, solver->table, solver->row, field, value_of(solver, index), true);
        if (crosses)
                return;
        const uint32_t operands[] = { step->a, step->b, step->c };
        for (size_t i = 0; i < ARRAY_LENGTH(operands); i++)
                if (operands[i] != NONE && !is_run_level(solver, operands[i]))
                        pin_step(solver, operands[i]);
}

/* ---- facts ----------------------------------------------------------------------------------------------- */

/* Members that few indicators name come first, so that a row counts for no more than it has to. */
int64_t world_choose_code(World *world, const RecordField *field, Want want) {
        const uint32_t *listed = world->listed[field->fact];
        uint32_t best = UINT32_MAX, count = 0, members = world->program->enumerations[field->type.of].member_count;
        int64_t chosen = UNKNOWN;
        for (uint32_t member = 0; member < members; member++) {
                uint32_t named = listed ? listed[member] : 0;
                if (!want_holds(want, member) || named > best)
                        continue;
                count = named < best ? 1 : count + 1;
                best = named;
                if (world_between(world, 1, count) == 1)
                        chosen = member;
        }
        return chosen;
}

static int64_t choose_date(Solver *solver, int64_t low, int64_t high) {
        World *world = solver->world;
        if (high > world->last && low <= world->last)
                high = world->last;
        if (low > world->last)
                return world_between(world, low, high - low > 300 ? low + 300 : high);
        if (high - low > RECENT_DAYS)
                low = high - RECENT_DAYS;
        return world_between(world, low, high);
}

static int64_t choose_number(Solver *solver, int64_t low, int64_t high) {
        int64_t span = low > 6 || low < -6 ? (low < 0 ? -low : low) : 6;
        return world_between(solver->world, low, high - low > span ? low + span : high);
}

static Solved solve_fact(Solver *solver, const Step *step, Want want) {
        World *world = solver->world;
        uint32_t at = world->field_of_fact[step->aux];
        if (at == NONE)
                return IMPOSSIBLE;
        const RecordField *field = &world->tables[solver->table].table->fields[at];
        int64_t cell = world_cell(world, solver->table, solver->row, at);
        if (!want_holds(want, cell)) {
                int64_t low = want.low > field->low ? want.low : field->low, high = want.high < field->high ? want.high : field->high;
                bool fits = field->kind == FIELD_TEXT || low <= high;
                if (world_is_pinned(world, solver->table, solver->row, at) || !fits)
                        return IMPOSSIBLE;
                if (field->kind == FIELD_CODE && (cell = world_choose_code(world, field, want)) == UNKNOWN)
                        return IMPOSSIBLE;
                if (field->kind == FIELD_TRUTH)
                        cell = low;
                if (field->kind == FIELD_TEXT)
                        cell = want.low;
                if (field->kind == FIELD_DATE)
                        cell = choose_date(solver, low, high);
                if (field->kind == FIELD_NUMBER)
                        cell = choose_number(solver, low, high);
        }
        world_set(world, solver->table, solver->row, at, cell, true);
        return SOLVED;
}

/* A missing value that already says the right thing stays missing. */
static Solved solve_default(Solver *solver, const Step *step, Want want) {
        World *world = solver->world;
        const Step *fact = &world->program->steps[step->a];
        uint32_t at = fact->op == OP_FACT ? world->field_of_fact[fact->aux] : NONE;
        bool missing = value_of(solver, step->a) == type_unknown(fact->type);
        bool free = at != NONE && !world_is_pinned(world, solver->table, solver->row, at);
        if (at != NONE && want_holds(want, value_of(solver, step->b)) && (missing || free)) {
                world_set(world, solver->table, solver->row, at, type_unknown(fact->type), true);
                return SOLVED;
        }
        return solve(solver, step->a, want);
}

/* ---- arithmetic ------------------------------------------------------------------------------------------ */

static int64_t clamped(__int128 value) {
        return value >= INT64_MAX ? INT64_MAX : value <= INT64_MIN + 1 ? INT64_MIN + 1 : (int64_t) value;
}

static int64_t quotient_up(__int128 a, __int128 b) {
        return clamped(a / b + (a % b > 0));
}

static int64_t quotient_down(__int128 a, __int128 b) {
        return clamped(a / b - (a % b < 0));
}

static bool is_date(int64_t day) {
        return day >= DATE_MIN && day <= DATE_MAX;
}

static int64_t moved_months(int64_t day, int64_t months, int64_t otherwise) {
        return is_date(day) ? date_add_months((int32_t) day, months) : otherwise;
}

/* value = a × b × 10^imm ÷ c where all but `a` are known and positive. */
static Solved solve_product(Solver *solver, const Step *step, uint32_t of, Want want, int64_t b, int64_t c) {
        __int128 above = b, below = c;
        if (b == UNKNOWN || c == UNKNOWN || b <= 0 || c <= 0)
                return IMPOSSIBLE;
        if (step->op == OP_MULTIPLY_DIVIDE && step->imm > 0)
                above *= kernel_power_of_ten(step->imm);
        if (step->op == OP_MULTIPLY_DIVIDE && step->imm < 0)
                below *= kernel_power_of_ten(-step->imm);
        int64_t low = want.low <= INT64_MIN + 1 ? want.low : quotient_up(want.low * below, above);
        int64_t high = want.high == INT64_MAX ? want.high : quotient_down(want.high * below, above);
        return low > high ? IMPOSSIBLE : solve(solver, of, want_range(low, high));
}

/* The operand that can be set, and the other's value. */
static Solved solve_sum(Solver *solver, const Step *step, Want want) {
        bool second = is_run_level(solver, step->a);
        uint32_t of = second ? step->b : step->a;
        int64_t other = value_of(solver, second ? step->a : step->b);
        bool minus = step->op == OP_SUBTRACT;
        if (other == UNKNOWN && !second && solve(solver, step->b, want_range(0, INT64_MAX)) == SOLVED)
                other = value_of(solver, step->b);
        if (other == UNKNOWN)
                return LATER;
        if (!second || !minus) {
                int64_t shift = minus ? other : -other;
                return solve(solver, of, want_range(clamped((__int128) want.low + shift), clamped((__int128) want.high + shift)));
        }
        return solve(solver, of, want_range(clamped((__int128) other - want.high), clamped((__int128) other - want.low)));
}

static Solved solve_larger(Solver *solver, const Step *step, Want want) {
        return solve(solver, is_run_level(solver, step->a) ? step->b : step->a, want);
}

/* Completed years or months from a birth to a day that is known. */
static Solved solve_age(Solver *solver, const Step *step, Want want, int64_t months) {
        int64_t at = value_of(solver, step->b);
        if (at == UNKNOWN)
                return is_run_level(solver, step->b) ? IMPOSSIBLE : LATER;
        int64_t least = want.low < 0 ? 0 : want.low, most = want.high > 2000 ? 2000 : want.high;
        int64_t oldest = moved_months(at, -(most + 1) * months, DATE_MIN) + 1, youngest = moved_months(at, -least * months, DATE_MAX);
        return solve(solver, step->a, want_range(oldest, youngest));
}

static Solved solve_year(Solver *solver, const Step *step, Want want) {
        int64_t low = want.low < 1900 ? 1900 : want.low, high = want.high > 2199 ? 2199 : want.high;
        if (low > high)
                return IMPOSSIBLE;
        return solve(solver, step->a, want_range(date_from_civil((int32_t) low, 1, 1), date_from_civil((int32_t) high, 12, 31)));
}

static Solved solve_moved(Solver *solver, const Step *step, Want want) {
        int64_t by = value_of(solver, step->b);
        if (by == UNKNOWN)
                return LATER;
        if (step->op == OP_ADD_DAYS)
                return solve(solver, step->a, want_range(clamped((__int128) want.low - by), clamped((__int128) want.high - by)));
        return solve(solver, step->a, want_range(moved_months(want.low, -by, want.low), moved_months(want.high, -by, want.high)));
}

/* ---- truths ---------------------------------------------------------------------------------------------- */

static Op opposite(Op op) {
        static const Op of[OP_TOTAL] = {
                [OP_EQUAL] = OP_NOT_EQUAL, [OP_NOT_EQUAL] = OP_EQUAL, [OP_LESS] = OP_AT_LEAST, [OP_AT_LEAST] = OP_LESS,
                [OP_MORE] = OP_AT_MOST,    [OP_AT_MOST] = OP_MORE,
        };
        return of[op];
}

static Op mirrored(Op op) {
        static const Op of[OP_TOTAL] = {
                [OP_EQUAL] = OP_EQUAL, [OP_NOT_EQUAL] = OP_NOT_EQUAL, [OP_LESS] = OP_MORE, [OP_AT_LEAST] = OP_AT_MOST,
                [OP_MORE] = OP_LESS,   [OP_AT_MOST] = OP_AT_LEAST,
        };
        return of[op];
}

/* What a must be so that `a op value`. */
static Solved solve_against(Solver *solver, uint32_t a, Op op, int64_t value) {
        const Want all = want_range(INT64_MIN + 1, INT64_MAX);
        Type type = solver->world->program->steps[a].type;
        Want want = all;
        if (op == OP_NOT_EQUAL && type.kind == TYPE_CODE && value >= 0 && value < 64)
                want.mask &= ~((uint64_t) 1 << value);
        else if (op == OP_NOT_EQUAL)
                want.low = value + 1;
        else if (op == OP_EQUAL)
                want = want_range(value, value);
        else if (op == OP_LESS || op == OP_AT_MOST)
                want.high = value - (op == OP_LESS);
        else
                want.low = value + (op == OP_MORE);
        return solve(solver, a, want);
}

static Solved solve_compare(Solver *solver, const Step *step, bool yes) {
        Op op = yes ? step->op : opposite(step->op);
        int64_t a = value_of(solver, step->a), b = value_of(solver, step->b);
        Solved solved = LATER;
        uint32_t mark = solver->world->change_count;
        if (b != UNKNOWN && !is_run_level(solver, step->a)) {
                solved = solve_against(solver, step->a, op, b);
                if (solved == SOLVED && !is_run_level(solver, step->b))
                        pin_step(solver, step->b);
        }
        if (solved != SOLVED && a != UNKNOWN && !is_run_level(solver, step->b)) {
                world_undo(solver->world, mark);
                solved = solve_against(solver, step->b, mirrored(op), a);
                if (solved == SOLVED && !is_run_level(solver, step->a))
                        pin_step(solver, step->a);
        }
        return solved;
}

static Solved solve_between(Solver *solver, const Step *step, bool yes) {
        int64_t low = value_of(solver, step->b), high = value_of(solver, step->c);
        if (low == UNKNOWN || high == UNKNOWN)
                return LATER;
        if (yes)
                return low > high ? IMPOSSIBLE : solve(solver, step->a, want_range(low, high));
        return solve(solver, step->a, want_range(INT64_MIN + 1, low - 1));
}

/* One of two ways, the first that works. */
static Solved solve_either(Solver *solver, uint32_t a, uint32_t b, Want want) {
        uint32_t mark = solver->world->change_count, partners = solver->partners.count;
        bool first = world_chance(solver->world, 50);
        Solved solved = solve(solver, first ? a : b, want);
        if (solved == SOLVED)
                return SOLVED;
        world_undo(solver->world, mark);
        solver->partners.count = partners;
        return solve(solver, first ? b : a, want);
}

/* All of it; what cannot be told yet waits by itself. */
static Solved solve_both(Solver *solver, uint32_t a, uint32_t b, Want want) {
        const uint32_t parts[] = { a, b };
        for (size_t i = 0; i < ARRAY_LENGTH(parts); i++) {
                Solved solved = solve(solver, parts[i], want);
                if (solved == IMPOSSIBLE || (solved == LATER && solver->waiting.count == DEMAND_MAX))
                        return IMPOSSIBLE;
                if (solved == LATER)
                        demand_add(&solver->waiting, parts[i], want);
        }
        return SOLVED;
}

static Solved solve_known(Solver *solver, const Step *step, bool yes) {
        const Step *of = &solver->world->program->steps[step->a];
        uint32_t field = of->op == OP_FACT ? solver->world->field_of_fact[of->aux] : NONE;
        if (field == NONE || (!yes && world_is_pinned(solver->world, solver->table, solver->row, field)))
                return IMPOSSIBLE;
        if (yes)
                return solve(solver, step->a, want_range(INT64_MIN + 1, INT64_MAX));
        world_set(solver->world, solver->table, solver->row, field, type_unknown(of->type), true);
        return SOLVED;
}

/* ---- across links ---------------------------------------------------------------------------------------- */

static Solved demand_partner(Solver *solver, uint32_t link, uint32_t step, Want want) {
        if (solver->world->field_of_link[link] == NONE || solver->partners.count == DEMAND_MAX)
                return IMPOSSIBLE;
        solver->partners.items[solver->partners.count++] = (Demand){ .link = link, .step = step, .want = want };
        return SOLVED;
}

/* A new member of this row's list for which a step is 是. */
static bool add_member(Solver *solver, const Step *step) {
        World *world = solver->world;
        uint32_t table = world_table_of(world, world->program->links[step->aux].child), field = world->field_of_link[step->aux];
        if (table == NONE || field == NONE)
                return false;
        uint32_t child = world_add(world, table);
        Demands demands = { .count = 0 };
        world_set(world, table, child, field, solver->row, true);
        demand_add(&demands, step->a, want_truth(true));
        bool done = row_solve(world, table, child, &demands, solver->pool);
        row_fill(world, table, child);
        return done;
}

static Solved solve_members(Solver *solver, const Step *step, Want want) {
        bool truth = step->op == OP_ANY || step->op == OP_ALL;
        int64_t wanted = truth ? 1 : want.low;
        if (truth && want.low != TRUTH_YES)
                return want_holds(want, world_value(solver->world, step->a, solver->row)) ? SOLVED : IMPOSSIBLE;
        if ((!truth && step->op != OP_COUNT) || wanted > 1000)
                return IMPOSSIBLE;
        for (int64_t i = 0; i < wanted; i++)
                if (!add_member(solver, step))
                        return IMPOSSIBLE;
        return SOLVED;
}

/* ---- every operation ------------------------------------------------------------------------------------- */

static Solved solve_truth(Solver *solver, const Step *step, bool yes) {
        Want want = want_truth(yes);
        switch (step->op) {
        case OP_NOT:
                return solve(solver, step->a, want_truth(!yes));
        case OP_AND:
                return yes ? solve_both(solver, step->a, step->b, want) : solve_either(solver, step->a, step->b, want);
        case OP_OR:
                return yes ? solve_either(solver, step->a, step->b, want) : solve_both(solver, step->a, step->b, want);
        case OP_BETWEEN:
                return solve_between(solver, step, yes);
        case OP_IN_SET:
                return solve(solver, step->a, (Want){ 0, 63, yes ? (uint64_t) step->imm : ~(uint64_t) step->imm });
        case OP_KNOWN:
                return solve_known(solver, step, yes);
        case OP_ASSUME_YES: case OP_ASSUME_NO:
                return solve(solver, step->a, want);
#define COMPARE(id, ...) case OP_##id:
#include "program/ops.def"
                return solve_compare(solver, step, yes);
#define LEAF(id, ...) case OP_##id:
#define STRICT1(id, ...) case OP_##id:
#define STRICT2(id, ...) case OP_##id:
#define STRICT3(id, ...) case OP_##id:
#define CROSS(id, ...) case OP_##id:
#include "program/ops.def"
        case OP_SELECT: case OP_DEFAULT: case OP_TOTAL:
                break;
        }
        return IMPOSSIBLE;
}

static Solved solve_select(Solver *solver, const Step *step, Want want) {
        uint32_t mark = solver->world->change_count;
        if (solve(solver, step->a, want_truth(true)) == SOLVED && solve(solver, step->b, want) == SOLVED)
                return SOLVED;
        world_undo(solver->world, mark);
        return solve(solver, step->a, want_truth(false)) == SOLVED ? solve(solver, step->c, want) : IMPOSSIBLE;
}

static Solved solve_number(Solver *solver, const Step *step, Want want) {
        bool second = step->a != NONE && is_run_level(solver, step->a);
        switch (step->op) {
        case OP_ADD: case OP_SUBTRACT:
                return solve_sum(solver, step, want);
        case OP_MULTIPLY: case OP_MULTIPLY_DIVIDE:
                return solve_product(solver, step, second ? step->b : step->a, want, value_of(solver, second ? step->a : step->b),
                                     step->op == OP_MULTIPLY ? 1 : value_of(solver, step->c));
        case OP_SCALE_UP:
                return solve_product(solver, step, step->a, want, step->imm, 1);
        case OP_SCALE_DOWN:
                return solve_product(solver, step, step->a, want, 1, step->imm);
        case OP_MINIMUM: case OP_MAXIMUM:
                return solve_larger(solver, step, want);
        case OP_ADD_MONTHS: case OP_ADD_DAYS:
                return solve_moved(solver, step, want);
        case OP_FULL_YEARS:
                return solve_age(solver, step, want, 12);
        case OP_FULL_MONTHS:
                return solve_age(solver, step, want, 1);
        case OP_YEAR_OF:
                return solve_year(solver, step, want);
        case OP_ROUND_HALF_UP: case OP_ROUND_UP: case OP_ROUND_DOWN:
                return solve(solver, step->a, want);
#define LEAF(id, ...) case OP_##id:
#define COMPARE(id, ...) case OP_##id:
#define LOGIC1(id, ...) case OP_##id:
#define LOGIC2(id, ...) case OP_##id:
#define CHOOSE(id, ...) case OP_##id:
#define CROSS(id, ...) case OP_##id:
#include "program/ops.def"
        case OP_NEGATE: case OP_DAYS_BETWEEN: case OP_MONTH_OF: case OP_YEAR_START: case OP_TOTAL:
                break;
        }
        return IMPOSSIBLE;
}

static Solved solve(Solver *solver, uint32_t index, Want want) {
        const Step *step = &solver->world->program->steps[index];
        if (step->entity == ENTITY_NONE)
                return want_holds(want, value_of(solver, index)) ? SOLVED : IMPOSSIBLE;
        if (step->op == OP_FACT)
                return solve_fact(solver, step, want);
        if (step->op == OP_LINK && solver->waiting.count)
                return LATER;           /* more may be asked of the partner */
        if (step->op == OP_LINK)
                return demand_partner(solver, step->aux, NONE, want);
        if (step->op == OP_GATHER)
                return demand_partner(solver, step->aux, step->a, want);
        if (op_class(step->op) == CLASS_CROSS)
                return want_holds(want, value_of(solver, index)) ? SOLVED : solve_members(solver, step, want);
        if (step->op == OP_DEFAULT)
                return solve_default(solver, step, want);
        if (step->op == OP_SELECT)
                return solve_select(solver, step, want);
        return step->type.kind == TYPE_TRUTH ? solve_truth(solver, step, want.low == TRUTH_YES) : solve_number(solver, step, want);
}

/* ---- a row ----------------------------------------------------------------------------------------------- */

/* When the row is: its own day, else any date it has. */
static int64_t day_of(const Solver *solver) {
        const WorldTable *table = &solver->world->tables[solver->table];
        for (uint32_t i = 0; i < table->width; i++) {
                uint32_t field = table->table->day != NONE && i == 0 ? table->table->day : i;
                int64_t cell = world_cell(solver->world, solver->table, solver->row, field);
                if (table->table->fields[field].kind == FIELD_DATE && cell != UNKNOWN)
                        return cell;
        }
        return UNKNOWN;
}

/* The partner that is there already, when it can be made to fit. */
static bool keep_partner(Solver *solver, uint32_t field, const Demands *demands) {
        World *world = solver->world;
        int64_t partner = world_cell(world, solver->table, solver->row, field);
        if (partner == UNKNOWN)
                return false;
        uint32_t table = world_table_of(world, world->tables[solver->table].table->fields[field].partner), mark = world->change_count;
        if (row_solve(world, table, (uint32_t) partner, demands, solver->pool)) {
                world_set(world, solver->table, solver->row, field, partner, true);
                return true;
        }
        world_undo(world, mark);
        return false;
}

static bool lead_link(Solver *solver, uint32_t link) {
        World *world = solver->world;
        uint32_t field = world->field_of_link[link];
        Demands demands = { .count = 0 };
        for (uint32_t i = 0; i < solver->partners.count; i++)
                if (solver->partners.items[i].link == link && solver->partners.items[i].step != NONE)
                        demand_add(&demands, solver->partners.items[i].step, solver->partners.items[i].want);
        if (keep_partner(solver, field, &demands))
                return true;
        if (world_is_pinned(world, solver->table, solver->row, field) || solver->pool == NULL)
                return false;
        uint32_t partner = demo_pool_take(solver->pool, link, &demands, world_county(world, solver->table, solver->row), day_of(solver));
        if (partner == NONE)
                return false;
        world_set(world, solver->table, solver->row, field, partner, true);
        return true;
}

static bool lead_links(Solver *solver) {
        for (uint32_t i = 0; i < solver->partners.count; i++) {
                bool seen = false;
                for (uint32_t j = 0; j < i; j++)
                        seen = seen || solver->partners.items[j].link == solver->partners.items[i].link;
                if (!seen && !lead_link(solver, solver->partners.items[i].link))
                        return false;
        }
        solver->partners.count = 0;
        return true;
}

/* Goes once over what is still to be met. */
static bool meet_round(Solver *solver) {
        solver->waiting.count = 0;
        for (uint32_t i = 0; i < solver->own.count; i++) {
                Demand demand = solver->own.items[i];
                Solved solved = solve(solver, demand.step, demand.want);
                if (solved == IMPOSSIBLE || solver->waiting.count == DEMAND_MAX)
                        return false;
                if (solved == LATER)
                        demand_add(&solver->waiting, demand.step, demand.want);
        }
        return lead_links(solver);
}

bool row_solve(World *world, uint32_t table, uint32_t row, const Demands *demands, DemoPool *pool) {
        Solver solver = { .world = world, .pool = pool, .table = table, .row = row, .own = *demands };
        uint32_t mark = world->change_count;
        for (uint32_t round = 0; round < ROUNDS && solver.own.count; round++) {
                if (!meet_round(&solver)) {
                        world_undo(world, mark);
                        return false;
                }
                solver.own = solver.waiting;
        }
        for (uint32_t i = 0; i < demands->count; i++)
                if (!want_holds(demands->items[i].want, world_value(world, demands->items[i].step, row)))
                        solver.own.count = 1;
        if (solver.own.count == 0)
                return true;
        world_undo(world, mark);
        return false;
}
