/* Steps to nodes: folds what is constant in this run, rewrites comparisons to bounds, chooses widths and kernels and
 * widens operands to one width. Every step gets a node; the planner drops those that nobody needs. */
#include "engine/batch_kernels.h"

static uint32_t node_add(BatchPlan *plan, Node node) {
        uint32_t number = plan->node_count;
        for (uint32_t i = 0; i < ARRAY_LENGTH(node.wider); i++)
                node.wider[i] = NONE;
        *ARENA_PUSH(plan->arena, plan->nodes, plan->node_count, plan->node_capacity) = node;
        return number;
}

static uint32_t node_make_constant(BatchPlan *plan, bool truth, uint8_t width, int64_t cell) {
        return node_add(plan, (Node){ .kind = NODE_CONSTANT, .truth = truth, .width = width, .entity = ENTITY_NONE,
                                      .imm = { cell } });
}

static const Node *node_of(const BatchPlan *plan, uint32_t step) {
        return &plan->nodes[plan->step_nodes[step]];
}

static bool step_constant(const BatchPlan *plan, uint32_t step) {
        return node_of(plan, step)->kind == NODE_CONSTANT;
}

static int64_t step_cell(const BatchPlan *plan, uint32_t step) {
        return node_of(plan, step)->imm[0];
}

static uint32_t truth_constant(BatchPlan *plan, int64_t truth) {
        return node_make_constant(plan, true, 1, truth);
}

static uint8_t cell_width(int64_t cell) {
        return cell == UNKNOWN ? 1 : column_width((Type){ .kind = TYPE_NUMBER }, cell, cell);
}

static uint8_t step_width(const Step *step) {
        return step->low > step->high ? 1 : column_width(step->type, step->low, step->high);
}

static uint8_t wider_of(uint8_t a, uint8_t b) {
        return a > b ? a : b;
}

uint32_t node_widened(BatchPlan *plan, uint32_t node, uint8_t width) {
        Node from = plan->nodes[node];
        if (from.width == width)
                return node;
        MUST(from.width < width);
        if (from.wider[width_index(width)] != NONE)
                return from.wider[width_index(width)];
        Kernel   kernel = batch_kernels.widen[width_index(from.width)][width_index(width)];
        uint32_t wider;
        if (from.kind == NODE_CONSTANT)
                wider = node_make_constant(plan, from.truth, width, from.imm[0]);
        else
                wider = node_add(plan, (Node){ .kind = NODE_COMPUTE, .kernel = kernel, .truth = from.truth,
                                               .width = width, .entity = from.entity, .in = { node }, .in_count = 1 });
        plan->nodes[node].wider[width_index(width)] = wider;
        return wider;
}

/* A computed node of the step's entity; its inputs are nodes. */
static uint32_t compute(BatchPlan *plan, const Step *step, Kernel kernel, bool truth, uint8_t width, const uint32_t *in,
                        uint32_t in_count) {
        Node node = { .kind = NODE_COMPUTE, .op = step->op, .kernel = kernel, .truth = truth, .width = width,
                      .entity = step->entity, .in_count = (uint8_t) in_count, .aux = step->aux };
        for (uint32_t i = 0; i < in_count; i++)
                node.in[i] = in[i];
        return node_add(plan, node);
}

static uint32_t operand(BatchPlan *plan, uint32_t step, uint8_t width) {
        return node_widened(plan, plan->step_nodes[step], width);
}

/* ---- comparisons ------------------------------------------------------------------------------------- */

static int64_t clamp(int64_t cell, uint8_t width) {
        int64_t least = cell_unknown(width) + 1, most = -least;
        return cell < least ? least : cell > most ? most : cell;
}

/* The node that says whether a step lies within bounds. */
static uint32_t bounded(BatchPlan *plan, const Step *step, uint32_t over, Bounds bounds) {
        uint32_t base = fold_bounds(plan, over, &bounds);
        Node from = *node_of(plan, base);
        if (from.kind == NODE_CONSTANT) {
                bool inside = from.imm[0] >= bounds.low && from.imm[0] <= bounds.high;
                return truth_constant(plan, from.imm[0] == UNKNOWN ? TRUTH_UNKNOWN
                                                                   : inside != bounds.outside ? TRUTH_YES : TRUTH_NO);
        }
        int64_t most = -(cell_unknown(from.width) + 1);
        if (bounds.low > bounds.high || bounds.low > most || bounds.high < -most) {   /* nothing lies inside */
                bounds.low = -most;
                bounds.high = most;
                bounds.outside = !bounds.outside;
        }
        uint32_t node = compute(plan, step, batch_kernels.range[width_index(from.width)], true, 1,
                                &plan->step_nodes[base], 1);
        plan->nodes[node].imm[0] = clamp(bounds.low, from.width);
        plan->nodes[node].imm[1] = clamp(bounds.high, from.width);
        plan->nodes[node].imm[2] = bounds.outside;
        return node;
}

static Op op_mirrored(Op op) {
        switch ((int) op) {
        case OP_LESS:
                return OP_MORE;
        case OP_MORE:
                return OP_LESS;
        case OP_AT_MOST:
                return OP_AT_LEAST;
        case OP_AT_LEAST:
                return OP_AT_MOST;
        default:
                return op;
        }
}

static uint32_t compared(BatchPlan *plan, const Step *step, Op op, uint32_t a, uint32_t b) {
        if (step_constant(plan, a)) {
                uint32_t swapped = a;
                a = b;
                b = swapped;
                op = op_mirrored(op);
        }
        if (step_constant(plan, b))
                return step_cell(plan, b) == UNKNOWN ? truth_constant(plan, TRUTH_UNKNOWN)
                                                     : bounded(plan, step, a, fold_comparison(op, step_cell(plan, b)));
        uint8_t  width = wider_of(node_of(plan, a)->width, node_of(plan, b)->width);
        uint32_t in[] = { operand(plan, a, width), operand(plan, b, width) };
        return compute(plan, step, batch_kernels.compare[op][width_index(width)], true, 1, in, 2);
}

static uint32_t lower_between(BatchPlan *plan, const Step *step) {
        bool low = step_constant(plan, step->b), high = step_constant(plan, step->c);
        if (low && high && step_cell(plan, step->b) != UNKNOWN && step_cell(plan, step->c) != UNKNOWN)
                return bounded(plan, step, step->a,
                               (Bounds){ step_cell(plan, step->b), step_cell(plan, step->c), false });
        uint32_t in[] = { compared(plan, step, OP_AT_LEAST, step->a, step->b),
                          compared(plan, step, OP_AT_MOST, step->a, step->c) };
        uint32_t node = compute(plan, step, batch_kernels.all[2], true, 1, in, 2);
        plan->nodes[node].op = OP_AND;
        return node;
}

/* The runs of ones of a set within 0..63: pairs low, high. At most four, or 0 when there are more. */
static uint32_t set_runs(uint64_t mask, int64_t *ret_bounds) {
        uint32_t runs = 0;
        for (int64_t code = 0; code < 64; code++) {
                int64_t first = code;
                while (code < 64 && (mask >> code & 1))
                        code++;
                if (code == first)
                        continue;
                if (runs == 4)
                        return 0;
                ret_bounds[2 * runs] = first;
                ret_bounds[2 * runs++ + 1] = code - 1;
        }
        return runs;
}

static uint32_t lower_in_set(BatchPlan *plan, const Step *step) {
        const Step *code = &plan->program->steps[step->a];
        const Node *from = node_of(plan, step->a);
        uint64_t mask = (uint64_t) step->imm;
        int64_t  bounds[8] = { 0 };
        uint32_t runs = mask == 0 ? 1 : set_runs(mask, bounds);
        bool     outside = false;
        if (mask == 0)
                bounds[0] = 1;
        if (runs == 0) {
                runs = set_runs(~mask, bounds);
                outside = true;
        }
        if (runs == 1 && code->low >= 0 && code->high <= 63)
                return bounded(plan, step, step->a, (Bounds){ bounds[0], bounds[1], outside });
        bool     several = runs > 1 && code->low >= 0 && code->high <= 63;
        Kernel   kernel = (several ? batch_kernels.ranges : batch_kernels.set)[width_index(from->width)];
        uint32_t node = compute(plan, step, kernel, true, 1, &plan->step_nodes[step->a], 1);
        if (several) {
                int64_t *kept = ARENA_NEW(plan->arena, int64_t, 8);
                for (uint32_t i = 0; i < 8; i++)
                        kept[i] = bounds[i < 2 * runs ? i : i % 2];
                plan->nodes[node].bounds = kept;
                plan->nodes[node].imm[2] = outside;
        } else {
                plan->nodes[node].imm[0] = step->imm;
        }
        return node;
}

/* ---- truths ------------------------------------------------------------------------------------------ */

static uint32_t lower_logic(BatchPlan *plan, const Step *step) {
        uint32_t in[] = { plan->step_nodes[step->a], step->b == NONE ? NONE : plan->step_nodes[step->b] };
        int64_t neutral = step->op == OP_AND ? TRUTH_YES : TRUTH_NO, deciding = 2 - neutral;
        if (step->op == OP_AND || step->op == OP_OR) {
                for (uint32_t i = 0; i < 2; i++) {
                        if (!node_constant(plan, in[i]))
                                continue;
                        if (plan->nodes[in[i]].imm[0] == neutral)
                                return in[1 - i];
                        if (plan->nodes[in[i]].imm[0] == deciding)
                                return in[i];
                }
                if (in[0] == in[1])
                        return in[0];
        }
        if (step->op == OP_ASSUME_YES || step->op == OP_ASSUME_NO) {
                bool never = node_constant(plan, in[0]) && plan->nodes[in[0]].imm[0] != TRUTH_UNKNOWN;
                if (never)
                        return in[0];
        }
        return compute(plan, step, batch_kernels.logic[step->op], true, 1, in, step->b == NONE ? 1 : 2);
}

static uint32_t lower_known(BatchPlan *plan, const Step *step) {
        const Node *from = node_of(plan, step->a);
        Kernel      kernel = from->truth ? batch_kernels.known_truth : batch_kernels.known[width_index(from->width)];
        return compute(plan, step, kernel, true, 1, &plan->step_nodes[step->a], 1);
}

static uint32_t lower_select(BatchPlan *plan, const Step *step) {
        uint32_t a = plan->step_nodes[step->a];
        bool     truth = step->type.kind == TYPE_TRUTH;
        if (node_constant(plan, a) && plan->nodes[a].imm[0] != TRUTH_UNKNOWN)
                return plan->step_nodes[plan->nodes[a].imm[0] == TRUTH_YES ? step->b : step->c];
        const Node *b = node_of(plan, step->b), *c = node_of(plan, step->c);
        uint8_t     width = truth ? 1 : wider_of(step_width(step), wider_of(b->width, c->width));
        int64_t     yes = b->imm[0], no = c->imm[0];
        if (b->kind == NODE_CONSTANT && c->kind == NODE_CONSTANT && yes != no && !truth) {
                Kernel   kernel = batch_kernels.select_constants[width_index(width)];
                uint32_t node = compute(plan, step, kernel, false, width, &a, 1);
                plan->nodes[node].imm[0] = yes == UNKNOWN ? cell_unknown(width) : yes;
                plan->nodes[node].imm[1] = no == UNKNOWN ? cell_unknown(width) : no;
                return node;
        }
        uint32_t in[] = { a, operand(plan, step->b, width), operand(plan, step->c, width) };
        Kernel   kernel = truth ? batch_kernels.select_truth : batch_kernels.select[width_index(width)];
        return compute(plan, step, kernel, truth, width, in, 3);
}

static uint32_t lower_default(BatchPlan *plan, const Step *step) {
        uint32_t a = plan->step_nodes[step->a];
        bool     truth = step->type.kind == TYPE_TRUTH;
        if (plan->run.ignore_defaults && step->imm != 1)
                return a;
        if (node_constant(plan, a))
                return plan->nodes[a].imm[0] == type_unknown(step->type) ? plan->step_nodes[step->b] : a;
        uint8_t  widest = wider_of(plan->nodes[a].width, node_of(plan, step->b)->width);
        uint8_t  width = truth ? 1 : wider_of(step_width(step), widest);
        uint32_t in[] = { node_widened(plan, a, width), operand(plan, step->b, width) };
        Kernel   kernel = truth ? batch_kernels.default_truth : batch_kernels.default_to[width_index(width)];
        return compute(plan, step, kernel, truth, width, in, 2);
}

static uint32_t lower_choose(BatchPlan *plan, const Step *step) {
        switch ((int) step->op) {
        case OP_BETWEEN:
                return lower_between(plan, step);
        case OP_IN_SET:
                return lower_in_set(plan, step);
        case OP_SELECT:
                return lower_select(plan, step);
        case OP_DEFAULT:
                return lower_default(plan, step);
        default:
                MUST(step->op == OP_KNOWN);
                return lower_known(plan, step);
        }
}

/* ---- figures ----------------------------------------------------------------------------------------- */

/* An operation that cannot overflow, at the width of the widest of its cells; NONE when there is no such kernel. */
static uint32_t lower_proven(BatchPlan *plan, const Step *step) {
        Op       op = step->op;
        uint32_t a = step->a, b = step->b;
        int64_t  constant = op == OP_SCALE_UP ? step->imm : -1;
        bool     has_constant = op == OP_SCALE_UP || op == OP_NEGATE;
        if (has_constant)
                op = OP_MULTIPLY;
        if (!step->proven && op != OP_MINIMUM && op != OP_MAXIMUM)
                return NONE;
        if (batch_kernels.proven[op][0] == NULL)
                return NONE;
        if (!has_constant && step_constant(plan, a)) {
                op = op == OP_SUBTRACT ? OP_DAYS_BETWEEN : op == OP_DAYS_BETWEEN ? OP_SUBTRACT : op;
                a = step->b;
                b = step->a;
        }
        if (!has_constant && step_constant(plan, b)) {
                has_constant = true;
                constant = step_cell(plan, b);
        }
        uint8_t other = has_constant ? cell_width(constant) : node_of(plan, b)->width;
        uint8_t width = wider_of(step_width(step), wider_of(node_of(plan, a)->width, other));
        uint32_t in[] = { operand(plan, a, width), has_constant ? NONE : operand(plan, b, width) };
        Kernel kernel = (has_constant ? batch_kernels.proven_constant : batch_kernels.proven)[op][width_index(width)];
        uint32_t node = compute(plan, step, kernel, false, width, in, has_constant ? 1 : 2);
        plan->nodes[node].imm[0] = constant;
        return node;
}

static uint32_t lower_strict(BatchPlan *plan, const Step *step) {
        const uint32_t operands[] = { step->a, step->b, step->c };
        uint32_t in[3], count = op_operands(step->op);
        MUST(count > 0 && count <= ARRAY_LENGTH(in));
        for (uint32_t i = 0; i < count; i++)
                if (step_constant(plan, operands[i]) && step_cell(plan, operands[i]) == UNKNOWN)
                        return node_make_constant(plan, false, 1, UNKNOWN);
        uint32_t proven = lower_proven(plan, step);
        if (proven != NONE)
                return proven;
        for (uint32_t i = 0; i < count; i++)
                in[i] = operand(plan, operands[i], 8);
        uint32_t node = compute(plan, step, batch_kernels.strict[step->op], false, 8, in, count);
        plan->nodes[node].imm[0] = step->imm;
        return node;
}

/* A figure looked up by 8-byte keys; a truth is brought back to a byte. */
static uint32_t lower_look_up(BatchPlan *plan, const Step *step, Kernel kernel) {
        const uint32_t keys[] = { step->a, step->b, step->c };
        uint32_t in[3], count = step->op == OP_TABLE ? 3 : 1;
        for (uint32_t i = 0; i < count; i++)
                in[i] = keys[i] == NONE ? node_make_constant(plan, false, 8, 0) : operand(plan, keys[i], 8);
        uint32_t node = compute(plan, step, kernel, false, 8, in, count);
        if (step->type.kind == TYPE_TRUTH)
                node = compute(plan, step, batch_kernels.narrow_truth, true, 1, &node, 1);
        return node;
}

static uint32_t partner_node(BatchPlan *plan, const Step *step) {
        return node_add(plan, (Node){ .kind = NODE_PARTNER, .width = 4, .entity = step->entity, .aux = step->aux });
}

static uint32_t lower_leaf(BatchPlan *plan, const Step *step) {
        switch ((int) step->op) {
        case OP_FACT: {
                const Fact *fact = &plan->program->facts[step->aux];
                return node_add(plan, (Node){ .kind = NODE_FACT, .truth = fact->type.kind == TYPE_TRUTH,
                                              .width = column_width(fact->type, fact->low, fact->high),
                                              .entity = step->entity, .aux = step->aux });
        }
        case OP_LINK: {
                uint32_t partner = partner_node(plan, step);
                return compute(plan, step, batch_kernels.partner_row, false, 8, &partner, 1);
        }
        case OP_PARAMETER:
                if (plan->run.parameters && plan->run.parameters[step->aux] != UNKNOWN) {
                        int64_t cell = plan->run.parameters[step->aux];
                        return node_make_constant(plan, step->type.kind == TYPE_TRUTH, cell_width(cell), cell);
                }
                return lower_look_up(plan, step, batch_kernels.parameter);
        case OP_TABLE:
                return lower_look_up(plan, step, batch_kernels.table);
        default:
                MUST(step->op == OP_CONSTANT || step->op == OP_BASE_DATE || step->op == OP_APPLY_DATE);
                int64_t cell = fold_step(&plan->run, step, 0, 0, 0);
                return node_make_constant(plan, step->type.kind == TYPE_TRUTH, cell_width(cell), cell);
        }
}

/* ---- across links ------------------------------------------------------------------------------------ */

static uint32_t lower_gather(BatchPlan *plan, const Step *step) {
        Node    from = *node_of(plan, step->a);
        int64_t unknown = from.truth ? TRUTH_UNKNOWN : cell_unknown(from.width);
        if (from.kind == NODE_CONSTANT && from.imm[0] == type_unknown(step->type))
                return plan->step_nodes[step->a];
        uint32_t partner = partner_node(plan, step);
        if (from.kind == NODE_CONSTANT) {
                uint32_t node = compute(plan, step, batch_kernels.gather_constant[width_index(from.width)], from.truth,
                                        from.width, &partner, 1);
                plan->nodes[node].imm[0] = unknown;
                plan->nodes[node].imm[1] = from.imm[0];
                return node;
        }
        Kernel kernel = batch_kernels.gather[width_index(from.width)];
        return node_add(plan, (Node){ .kind = NODE_GATHER, .op = OP_GATHER, .kernel = kernel,
                                      .truth = from.truth, .width = from.width, .entity = step->entity,
                                      .in = { partner, plan->step_nodes[step->a] }, .in_count = 2, .imm = { unknown },
                                      .aux = step->aux });
}

static uint32_t lower_reduce(BatchPlan *plan, const Step *step) {
        bool truth = step->op == OP_ANY || step->op == OP_ALL;
        Node node = { .kind = truth ? NODE_REDUCE_TRUTH : NODE_REDUCE, .op = step->op, .truth = truth,
                      .kernel = truth ? batch_kernels.reduce_truth : batch_kernels.reduce,
                      .width = truth ? 1 : 8, .entity = step->entity, .in = { plan->step_nodes[step->a], NONE },
                      .in_count = 1, .aux = step->aux };
        if (!truth && step->op != OP_COUNT) {
                node.in[1] = plan->step_nodes[step->b];
                node.in_count = 2;
        }
        return node_add(plan, node);
}

/* ---- all --------------------------------------------------------------------------------------------- */

static bool all_operands_constant(const BatchPlan *plan, const Step *step, int64_t *ret_cells) {
        const uint32_t operands[] = { step->a, step->b, step->c };
        for (uint32_t i = 0; i < ARRAY_LENGTH(operands); i++) {
                ret_cells[i] = 0;
                if (operands[i] == NONE)
                        continue;
                if (!step_constant(plan, operands[i]))
                        return false;
                ret_cells[i] = step_cell(plan, operands[i]);
        }
        return true;
}

static uint32_t lower_step(BatchPlan *plan, uint32_t at) {
        const Step *step = &plan->program->steps[at];
        OpClass     class = op_class(step->op);
        bool        truth = step->type.kind == TYPE_TRUTH;
        int64_t     cells[3];
        if (step->entity == ENTITY_NONE)
                return node_make_constant(plan, truth, truth ? 1 : cell_width(plan->folded[at]), plan->folded[at]);
        bool from_rows = class == CLASS_CROSS || step->op == OP_FACT || step->op == OP_LINK;
        if (!from_rows && all_operands_constant(plan, step, cells)) {
                int64_t cell = fold_step(&plan->run, step, cells[0], cells[1], cells[2]);
                return node_make_constant(plan, truth, truth ? 1 : cell_width(cell), cell);
        }
        switch (class) {
        case CLASS_LEAF:
                return lower_leaf(plan, step);
        case CLASS_STRICT:
                return lower_strict(plan, step);
        case CLASS_COMPARE:
                return compared(plan, step, step->op, step->a, step->b);
        case CLASS_LOGIC:
                return lower_logic(plan, step);
        case CLASS_CHOOSE:
                return lower_choose(plan, step);
        case CLASS_CROSS:
                return step->op == OP_GATHER ? lower_gather(plan, step) : lower_reduce(plan, step);
        }
        return NONE;
}

void nodes_build(BatchPlan *plan) {
        const Program *program = plan->program;
        plan->step_nodes = ARENA_NEW(plan->arena, uint32_t, program->step_count);
        for (uint32_t at = 0; at < program->step_count; at++)
                plan->step_nodes[at] = lower_step(plan, at);
}
