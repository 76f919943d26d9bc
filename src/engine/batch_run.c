/* Runs a plan: threads take blocks of chunks of a pass as they get free; a barrier stands between the levels of
 * passes. Every thread counts on its own, in whole numbers, so who took what shows in no figure. */
#include "engine/batch_kernels.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define CELL_ALIGN 64
#define CHUNKS_TAKEN 8u          /* at once */

struct Schedule {
        pthread_mutex_t   gate;          /* held until it is known how many threads there are */
        pthread_barrier_t level_done;
        pthread_mutex_t   turn_lock;
        pthread_cond_t    turn_given;
        uint32_t         *turns;         /* per pass: the chunk whose rows the sink gets next */
        atomic_uint      *taken;         /* per pass: chunks taken */
};

/* Memory for cells that will all be written; it lives as long as the running. */
static void *running_cells(BatchRunning *running, size_t count, size_t size) {
        size_t bytes = (count * size + CELL_ALIGN - 1) / CELL_ALIGN * CELL_ALIGN;
        void  *block = aligned_alloc(CELL_ALIGN, bytes ? bytes : CELL_ALIGN);
        MUST(block != NULL);
        if (running->block_count == running->block_capacity) {
                running->block_capacity = 2 * running->block_capacity + 16;
                running->blocks = realloc(running->blocks, running->block_capacity * sizeof *running->blocks);
                MUST(running->blocks != NULL);
        }
        running->blocks[running->block_count++] = block;
        return block;
}

static void *running_alloc(BatchRunning *running, size_t count, size_t size) {
        return memset(running_cells(running, count, size), 0, count * size);
}

#define RUNNING_NEW(running, type, count) ((type *) running_alloc((running), (count), sizeof(type)))

void running_free(BatchRunning *running) {
        for (uint32_t i = 0; i < running->block_count; i++)
                free(running->blocks[i]);
        free(running->blocks);
        free(running);
}

/* ---- turns ------------------------------------------------------------------------------------------- */

static uint32_t *turn_of(const Worker *worker) {
        return &worker->running->schedule->turns[worker->pass - worker->running->plan->passes];
}

void running_wait_turn(Worker *worker) {
        Schedule *schedule = worker->running->schedule;
        pthread_mutex_lock(&schedule->turn_lock);
        while (*turn_of(worker) != worker->chunk)
                pthread_cond_wait(&schedule->turn_given, &schedule->turn_lock);
        pthread_mutex_unlock(&schedule->turn_lock);
}

void running_end_turn(Worker *worker) {
        Schedule *schedule = worker->running->schedule;
        pthread_mutex_lock(&schedule->turn_lock);
        ++*turn_of(worker);
        pthread_cond_broadcast(&schedule->turn_given);
        pthread_mutex_unlock(&schedule->turn_lock);
}

/* ---- one thread -------------------------------------------------------------------------------------- */

static uint8_t *unknown_cells(const BatchRunning *running, const Place *place) {
        return place->truth ? running->unknown_truths : running->unknown_cells[width_index(place->width)];
}

static void place_resolve(Worker *worker, uint32_t number) {
        BatchRunning *running = worker->running;
        const Place  *place = &worker->pass->places[number];
        uint8_t      *base = NULL;
        size_t        step = 0;
        switch (place->kind) {
        case PLACE_NONE:
                break;
        case PLACE_SLOT:
                base = worker->scratch + place->at;
                break;
        case PLACE_FACT:
                MUST(running->population->columns[place->at].width == place->width);
                base = running->population->columns[place->at].cells;
                step = base ? place->width : 0;
                base = base ? base : unknown_cells(running, place);
                break;
        case PLACE_FACT_WHOLE:
                MUST(running->population->columns[place->at].width == place->width);
                base = running->population->columns[place->at].cells;
                break;
        case PLACE_FULL:
                base = running->columns[place->at];
                step = place->width;
                break;
        case PLACE_FULL_WHOLE:
                base = running->columns[place->at];
                break;
        case PLACE_PARTNER:
                base = (uint8_t *) running->population->links[place->at].partner;
                step = base ? sizeof(uint32_t) : 0;
                base = base ? base : running->no_partners;
                break;
        case PLACE_CONSTANT:
                base = running->constants[place->at];
                break;
        }
        worker->bases[number] = base;
        worker->steps[number] = step;
}

static void run_chunk(Worker *worker, uint32_t chunk, uint32_t rows) {
        const Pass *pass = worker->pass;
        uint32_t    first = chunk * BATCH_CHUNK, count = rows - first < BATCH_CHUNK ? rows - first : BATCH_CHUNK;
        worker->chunk = chunk;
        worker->uniform = 0;
        for (uint32_t i = 0; i < pass->place_count; i++)
                worker->pointers[i] = worker->bases[i] + worker->steps[i] * first;
        for (uint32_t i = 0; i < pass->instruction_count; i++) {
                const Instruction *at = &pass->instructions[i];
                Call call = { .in = worker->pointers + at->places, .at = at, .worker = worker, .first = first,
                              .count = at->packed ? worker->selected : count };
                if (call.count > 0)
                        at->run(&call);
        }
}

static void run_pass(Worker *worker, uint32_t number) {
        const BatchRunning *running = worker->running;
        const Pass *pass = &running->plan->passes[number];
        uint32_t rows = running->population->entities[pass->entity].count;
        uint32_t chunks = rows / BATCH_CHUNK + (rows % BATCH_CHUNK != 0);
        uint32_t many = running->plan->options.sink ? 1 : CHUNKS_TAKEN;   /* turns go around chunk by chunk */
        worker->pass = pass;
        for (uint32_t i = 0; i < pass->place_count; i++)
                place_resolve(worker, i);
        for (;;) {
                uint32_t from = atomic_fetch_add(&running->schedule->taken[number], many);
                if (from >= chunks)
                        return;
                for (uint32_t chunk = from; chunk < chunks && chunk < from + many; chunk++)
                        run_chunk(worker, chunk, rows);
        }
}

static void run_levels(Worker *worker) {
        const BatchRunning *running = worker->running;
        uint32_t number = 0;
        for (uint32_t level = 0; level < running->plan->level_count; level++) {
                for (; number < running->plan->pass_count && running->plan->passes[number].level == level; number++)
                        run_pass(worker, number);
                pthread_barrier_wait(&running->schedule->level_done);
        }
}

static void *run_thread(void *argument) {
        Worker *worker = argument;
        pthread_mutex_lock(&worker->running->schedule->gate);
        pthread_mutex_unlock(&worker->running->schedule->gate);
        run_levels(worker);
        return NULL;
}

/* ---- preparation ------------------------------------------------------------------------------------- */

static void put_cell(uint8_t *cells, uint8_t width, uint32_t row, int64_t cell) {
        /* little endian, as the columns are: the low bytes of a cell are the narrow cell */
        memcpy(cells + (size_t) row * width, &cell, width);
}

static uint8_t *constant_cells(BatchRunning *running, uint8_t width, int64_t cell) {
        uint8_t *cells = running_alloc(running, BATCH_CHUNK, width);
        for (uint32_t i = 0; i < BATCH_CHUNK; i++)
                put_cell(cells, width, i, cell);
        return cells;
}

static void prepare_cells(BatchRunning *running) {
        const BatchPlan *plan = running->plan;
        for (uint8_t width = 1; width <= 8; width = (uint8_t) (2 * width))
                running->unknown_cells[width_index(width)] = constant_cells(running, width, cell_unknown(width));
        running->unknown_truths = constant_cells(running, 1, TRUTH_UNKNOWN);
        running->no_partners = constant_cells(running, 4, NONE);
        running->constants = RUNNING_NEW(running, uint8_t *, plan->constant_count);
        for (uint32_t i = 0; i < plan->constant_count; i++)
                running->constants[i] = constant_cells(running, plan->constants[i].width, plan->constants[i].cell);
        running->columns = RUNNING_NEW(running, uint8_t *, plan->column_count);
        for (uint32_t i = 0; i < plan->column_count; i++) {
                uint32_t rows = running->population->entities[plan->columns[i].entity].count;
                running->columns[i] = running_cells(running, rows, plan->columns[i].width);
        }
        running->captured = RUNNING_NEW(running, Captured, plan->policy_count);
        for (uint32_t i = 0; i < plan->policy_count; i++)
                if (plan->policies[i].captured) {
                        uint32_t rows = running->population->entities[plan->policies[i].source->entity].count;
                        running->captured[i].answers = running_cells(running, rows, sizeof(uint8_t));
                        running->captured[i].money = running_cells(running, rows, sizeof(int64_t));
                }
}

/* For every byte the numbers of its set bits, lowest first. */
static void prepare_lists(BatchRunning *running) {
        running->bit_lists = running_alloc(running, 256, sizeof *running->bit_lists);
        for (uint32_t byte = 0; byte < 256; byte++)
                for (uint8_t bit = 0, count = 0; bit < 8; bit++)
                        if (byte >> bit & 1)
                                running->bit_lists[byte][count++] = bit;
}

static void prepare_tallies(Worker *worker) {
        BatchRunning *running = worker->running;
        const BatchPlan *plan = running->plan;
        worker->truths = RUNNING_NEW(running, TruthTally, plan->tallied_count);
        worker->policies = RUNNING_NEW(running, PolicyTally, plan->policy_count);
        worker->rows = RUNNING_NEW(running, uint64_t *, plan->program->entity_count);
        for (uint32_t i = 0; i < plan->program->entity_count; i++)
                worker->rows[i] = RUNNING_NEW(running, uint64_t, plan->bucket_counts[i]);
        for (uint32_t i = 0; i < plan->policy_count; i++) {
                const PlanPolicy *policy = &plan->policies[i];
                PolicyTally      *tally = &worker->policies[i];
                tally->answers = running_alloc(running, policy->bucket_count, sizeof *tally->answers);
                tally->sole = RUNNING_NEW(running, uint64_t, policy->source->condition_count);
                tally->money = RUNNING_NEW(running, BatchMoney *, policy->output_count);
                for (uint32_t j = 0; j < policy->output_count; j++)
                        if (policy->outputs[j].money)
                                tally->money[j] = RUNNING_NEW(running, BatchMoney, policy->bucket_count);
        }
}

static void prepare_rows(Worker *worker) {
        const BatchPlan *plan = worker->running->plan;
        uint32_t outputs = 0, words = 0;
        for (uint32_t i = 0; i < plan->policy_count; i++) {
                const PlanPolicy *policy = &plan->policies[i];
                if (!plan_wants_rows(plan, policy))
                        continue;
                uint32_t needed = policy->source->condition_count / 64 + 1;
                outputs = policy->output_count > outputs ? policy->output_count : outputs;
                words = needed > words ? needed : words;
        }
        worker->answers = RUNNING_NEW(worker->running, uint8_t, BATCH_CHUNK);
        worker->failed = RUNNING_NEW(worker->running, uint64_t, words * BATCH_CHUNK);
        worker->undecided = RUNNING_NEW(worker->running, uint64_t, words * BATCH_CHUNK);
        worker->amounts = RUNNING_NEW(worker->running, int64_t *, outputs);
        worker->amount_views = RUNNING_NEW(worker->running, const int64_t *, outputs);
        for (uint32_t i = 0; i < outputs; i++)
                worker->amount_views[i] = worker->amounts[i] = RUNNING_NEW(worker->running, int64_t, BATCH_CHUNK);
}

static void prepare_worker(Worker *worker) {
        BatchRunning *running = worker->running;
        const BatchPlan *plan = running->plan;
        uint32_t places = 0;
        for (uint32_t i = 0; i < plan->pass_count; i++)
                places = plan->passes[i].place_count > places ? plan->passes[i].place_count : places;
        worker->scratch = running_alloc(running, plan->scratch_size, 1);
        worker->bases = RUNNING_NEW(running, uint8_t *, places);
        worker->steps = RUNNING_NEW(running, size_t, places);
        worker->pointers = RUNNING_NEW(running, void *, places);
        worker->tables = RUNNING_NEW(running, uint8_t *, plan->table_count);
        for (uint32_t i = 0; i < plan->table_count; i++) {
                uint16_t parent = plan->program->links[plan->tables[i].link].parent;
                size_t   rows = running->population->entities[parent].count;
                worker->tables[i] = RUNNING_NEW(running, uint8_t, rows + 1);   /* see scatter_truth */
        }
        prepare_tallies(worker);
        prepare_rows(worker);
}

/* More threads than chunks would only wait. */
static uint32_t threads_wanted(const BatchRunning *running) {
        uint32_t chunks = 1;
        for (uint32_t i = 0; i < running->plan->program->entity_count; i++) {
                uint32_t rows = running->population->entities[i].count;
                chunks = rows / BATCH_CHUNK > chunks ? rows / BATCH_CHUNK : chunks;
        }
        return running->plan->options.threads < chunks ? running->plan->options.threads : chunks;
}

static void run_threads(BatchRunning *running) {
        Schedule  schedule = { .gate = PTHREAD_MUTEX_INITIALIZER, .turn_lock = PTHREAD_MUTEX_INITIALIZER,
                               .turn_given = PTHREAD_COND_INITIALIZER };
        uint32_t  wanted = threads_wanted(running), passes = running->plan->pass_count;
        pthread_t *threads = RUNNING_NEW(running, pthread_t, wanted);
        schedule.turns = RUNNING_NEW(running, uint32_t, passes);
        schedule.taken = RUNNING_NEW(running, atomic_uint, passes);
        running->schedule = &schedule;
        running->workers = RUNNING_NEW(running, Worker, wanted);
        running->worker_count = 1;
        pthread_mutex_lock(&schedule.gate);
        for (uint32_t i = 0; i < wanted; i++)
                running->workers[i].running = running;
        for (uint32_t next = 1; next < wanted; next = ++running->worker_count)
                if (pthread_create(&threads[next], NULL, run_thread, &running->workers[next]) != 0)
                        break;
        for (uint32_t i = 0; i < running->worker_count; i++)
                prepare_worker(&running->workers[i]);
        MUST(pthread_barrier_init(&schedule.level_done, NULL, running->worker_count) == 0);
        pthread_mutex_unlock(&schedule.gate);
        run_levels(&running->workers[0]);
        for (uint32_t i = 1; i < running->worker_count; i++)
                pthread_join(threads[i], NULL);
        pthread_barrier_destroy(&schedule.level_done);
        pthread_mutex_destroy(&schedule.gate);
        pthread_mutex_destroy(&schedule.turn_lock);
        pthread_cond_destroy(&schedule.turn_given);
        running->schedule = NULL;
}

BatchRunning *running_run(const BatchPlan *plan, const Population *population, Arena *arena) {
        BatchRunning *running = calloc(1, sizeof *running);
        MUST(running != NULL && population->program == plan->program);
        running->plan = plan;
        running->population = population;
        running->arena = arena;
        prepare_cells(running);
        prepare_lists(running);
        run_threads(running);
        return running;
}

BatchResult *batch_run(const BatchPlan *plan, const Population *population, Arena *arena) {
        BatchRunning *running = running_run(plan, population, arena);
        BatchResult  *result = totals_collect(running);
        if (plan->options.by_order)
                exclusives_settle(running, result);
        running_free(running);
        return result;
}
