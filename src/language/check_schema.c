/* The schema of a pack: documents, units, entities, enumerations, relations and facts, as declared.
 *
 * Facts come after relations and enumerations because their types and codes need them; their guards come last, with
 * the definitions (check_definition.c), because a guard is an expression. */
#include "language/check_internal.h"

/* ---- documents ---------------------------------------------------------------------------------------- */

static void date_field(Checker *checker, const Declaration *declaration, Label label, int32_t *date) {
        const Field *field = field_get(declaration, label);
        if (field != NULL && field->value_count > 0)
                (void) lower_constant_date(checker, field->values[0], date);
}

void check_period(Checker *checker, const Field *field, int32_t *from, int32_t *to) {
        if (field == NULL)
                return;
        if (field->value_count > 0 && field->values[0] != NULL)
                (void) lower_constant_date(checker, field->values[0], from);
        if (field->value_count > 1 && field->values[1] != NULL)
                (void) lower_constant_date(checker, field->values[1], to);
        if (*from > *to)
                check_error(checker, PERIOD_INVALID, field->at, NO_HINT, "期间的开始晚于结束");
}

static void document_visit(Checker *checker, uint32_t module, const Syntax *file, const Declaration *declaration) {
        Program *program = checker->program;
        Document document = {
                .name = declaration->name, .title = field_text(declaration, LABEL_DOCUMENT_TITLE),
                .number = field_text(declaration, LABEL_DOCUMENT_NUMBER),
                .issuer = field_text(declaration, LABEL_DOCUMENT_ISSUER),
                .area = field_text(declaration, LABEL_DOCUMENT_AREA),
                .phone = field_text(declaration, LABEL_DOCUMENT_PHONE),
                .sources = plan_notes(checker, declaration, LABEL_DOCUMENT_SOURCE),
                .category = field_text(declaration, LABEL_DOCUMENT_CATEGORY),
                .signed_on = DATE_MIN, .published_on = DATE_MIN, .from = DATE_MIN, .to = DATE_MAX,
                .at = declaration->name_at,
        };
        date_field(checker, declaration, LABEL_DOCUMENT_SIGNED, &document.signed_on);
        date_field(checker, declaration, LABEL_DOCUMENT_PUBLISHED, &document.published_on);
        check_period(checker, field_get(declaration, LABEL_DOCUMENT_PERIOD), &document.from, &document.to);
        uint32_t index = program->document_count;
        Symbol *symbol = scope_add(checker, SPACE_DOCUMENT, ENTITY_NONE,
                                   (Symbol){ .kind = SYMBOL_DOCUMENT, .module = module, .index = index,
                                             .name = declaration->name, .declaration = declaration,
                                             .at = declaration->name_at });
        if (symbol == NULL)
                return;
        *ARENA_PUSH(checker->arena, program->documents, program->document_count, checker->document_capacity) = document;
        for (uint32_t i = 0; i < checker->modules[module].file_count; i++) {
                if (checker->modules[module].files[i] == file && checker->file_document[module][i] == NONE)
                        checker->file_document[module][i] = index;
        }
}

/* A clause belongs to the document of its file; a file without one goes on with the document of the file before it, and
 * files before the first document belong to that. */
static void clauses_assign(Checker *checker) {
        for (uint32_t i = 0; i < checker->module_count; i++) {
                const Module *module = &checker->modules[i];
                uint32_t document = NONE;
                for (uint32_t k = module->file_count; k-- > 0;)
                        if (checker->file_document[i][k] != NONE)
                                document = checker->file_document[i][k];         /* the first, for files before it */
                for (uint32_t k = 0; k < module->file_count; k++) {
                        if (checker->file_document[i][k] != NONE)
                                document = checker->file_document[i][k];
                        for (uint32_t c = 1; c < module->files[k]->clause_count; c++)
                                checker->program->clauses[checker->clause_base[i][k] + c].document = document;
                }
        }
}

/* ---- units, entities, enumerations ---------------------------------------------------------------------- */

static void unit_visit(Checker *checker, uint32_t module, const Syntax *file, const Declaration *declaration) {
        (void) module, (void) file;
        if (declaration->name_count == 0 && declaration->name.length > 0)
                (void) units_declare(checker, declaration->name, declaration->same_as, declaration->name_at);
        for (uint32_t i = 0; i < declaration->name_count; i++) {
                const Expression *name = declaration->names[i];
                if (name->kind == EXPRESSION_PATH && name->part_count == 1)
                        (void) units_declare(checker, name->parts[0], declaration->same_as, name->at);
        }
}

static bool is_internal(const Declaration *declaration) {
        return tail_get(declaration->tails, TAILKIND_INTERNAL) != NULL;
}

Symbol check_symbol(Checker *checker, SymbolKind kind, uint32_t module, const Declaration *declaration, uint32_t index) {
        return (Symbol){ .kind = kind, .module = module, .index = index, .name = declaration->name,
                         .declaration = declaration, .at = declaration->name_at, .internal = is_internal(declaration),
                         .clause = clause_in_program(checker, module, declaration->at.file, declaration->clause) };
}

#define ENTITIES_MAX 1000u
#define LINKS_MAX 1000u

static void entity_visit(Checker *checker, uint32_t module, const Syntax *file, const Declaration *declaration) {
        (void) file;
        Program *program = checker->program;
        if (program->entity_count >= ENTITIES_MAX) {
                check_error(checker, TOO_LARGE, declaration->at, NO_HINT, "实体太多，最多 %u 个", ENTITIES_MAX);
                return;
        }
        if (scope_add(checker, SPACE_TYPE, ENTITY_NONE,
                      check_symbol(checker, SYMBOL_ENTITY, module, declaration, program->entity_count)) == NULL)
                return;
        Entity entity = { .name = declaration->name, .counter = tail_words(declaration->tails, TAILKIND_COUNTER),
                          .file = tail_words(declaration->tails, TAILKIND_SOURCE),
                          .key = tail_words(declaration->tails, TAILKIND_KEY), .derived_from = NONE, .county = NONE };
        uint16_t unit;
        int64_t factor;
        if (entity.counter.length == 0)
                entity.counter = STR("个");
        else if (!units_read(checker, entity.counter, &unit, &factor))
                (void) units_declare(checker, entity.counter, NO_HINT, declaration->at);
        if (entity.file.length == 0)
                entity.file = str_format(checker->arena, "%.*s.csv", STR_ARG(declaration->name));
        if (entity.key.length == 0)
                entity.key = STR("编号");
        uint32_t maps = program->entity_count;
        *ARENA_PUSH(checker->arena, checker->members, maps, checker->member_map_capacity) = map_new(checker->arena);
        *ARENA_PUSH(checker->arena, program->entities, program->entity_count, checker->entity_capacity) = entity;
}

#define MEMBERS_MAX 4096

static void enumeration_visit(Checker *checker, uint32_t module, const Syntax *file, const Declaration *declaration) {
        (void) file;
        Program *program = checker->program;
        if (scope_add(checker, SPACE_TYPE, ENTITY_NONE,
                      check_symbol(checker, SYMBOL_ENUMERATION, module, declaration, program->enumeration_count)) == NULL)
                return;
        if (declaration->name_count > MEMBERS_MAX || program->enumeration_count >= UINT16_MAX)
                check_error(checker, TOO_LARGE, declaration->at, NO_HINT, "枚举“%.*s”有 %u 项，最多 %u 项",
                            STR_ARG(declaration->name), declaration->name_count, MEMBERS_MAX);
        Enumeration enumeration = { .name = declaration->name,
                                    .members = ARENA_NEW(checker->arena, Str, declaration->name_count + 1) };
        Map *members = map_new(checker->arena);
        for (uint32_t i = 0; i < declaration->name_count && enumeration.member_count < MEMBERS_MAX; i++) {
                const Expression *name = declaration->names[i];
                Str text = name->kind == EXPRESSION_PATH && name->part_count == 1 ? name->parts[0] : name->text;
                if (text.length == 0)
                        continue;
                if (map_add(members, text, enumeration.member_count))
                        enumeration.members[enumeration.member_count++] = text;
                else
                        check_error(checker, NAME_DUPLICATE, name->at, NO_HINT, "枚举“%.*s”里“%.*s”写了两次",
                                    STR_ARG(declaration->name), STR_ARG(text));
        }
        if (enumeration.member_count == 0) /* an empty list was reported by the parser; codes need a member */
                enumeration.members[enumeration.member_count++] = STR("？");
        uint32_t maps = program->enumeration_count;
        *ARENA_PUSH(checker->arena, checker->enumeration_members, maps, checker->enumeration_map_capacity) = members;
        *ARENA_PUSH(checker->arena, program->enumerations, program->enumeration_count, checker->enumeration_capacity) =
                enumeration;
}

bool enumeration_find(const Checker *checker, uint16_t enumeration, Str name, int64_t *ret_code) {
        uint32_t code;
        if (!map_get(checker->enumeration_members[enumeration], name, &code))
                return false;
        *ret_code = code;
        return true;
}

/* ---- relations ------------------------------------------------------------------------------------------ */

/* One declaration: a link with one or both of its names. */
typedef struct Half {
        Link               link;
        uint32_t           module;
        bool               internal, taken;
        const Declaration *declaration;
        struct Half       *next;
} Half;

typedef struct Halves {
        Half *first, **last;
        uint32_t count;
} Halves;

Symbol *check_entity(Checker *checker, uint32_t module, Str name, Span at) {
        Symbol *symbol = scope_require(checker, module, SPACE_TYPE, name, at, "实体");
        if (symbol != NULL && symbol->kind != SYMBOL_ENTITY) {
                check_error(checker, NAME_KIND, at, NO_HINT, "“%.*s”不是实体", STR_ARG(name));
                return NULL;
        }
        return symbol;
}

static bool half_read(Checker *checker, uint32_t module, const Declaration *declaration, Half *ret_half) {
        if (declaration->type_count == 0 || declaration->owner.length == 0 || declaration->name.length == 0) {
                if (declaration->owner.length == 0)
                        check_error(checker, NAME_KIND, declaration->name_at, STR("例如 关系 户.成员：多个 人"),
                                    "关系要写明是谁的");
                return false;
        }
        const Symbol *owner = check_entity(checker, module, declaration->owner, declaration->name_at);
        const Symbol *other = check_entity(checker, module, str_trim(declaration->types[0].text), declaration->types[0].at);
        if (owner == NULL || other == NULL)
                return false;
        bool many = str_equal(declaration->cardinality, STR("多个"));
        Str inverse = tail_words(declaration->tails, TAILKIND_INVERSE);
        *ret_half = (Half){ .module = module, .declaration = declaration, .internal = is_internal(declaration),
                            .link = { .child = (uint16_t) (many ? other : owner)->index,
                                      .parent = (uint16_t) (many ? owner : other)->index,
                                      .one_name = many ? inverse : declaration->name,
                                      .many_name = many ? declaration->name : inverse,
                                      .column = tail_words(declaration->tails, TAILKIND_SOURCE),
                                      .complete = tail_get(declaration->tails, TAILKIND_COMPLETE) != NULL,
                                      .at = declaration->name_at } };
        return true;
}

static bool names_agree(Str a, Str b) {
        return a.length == 0 || b.length == 0 || str_equal(a, b);
}

/* Two declarations say the same link when their ends agree and one names what the other leaves out or repeats. */
static bool halves_agree(const Half *a, const Half *b) {
        return a->link.child == b->link.child && a->link.parent == b->link.parent &&
               names_agree(a->link.one_name, b->link.one_name) && names_agree(a->link.many_name, b->link.many_name);
}

static void half_merge(Half *into, const Half *from) {
        if (into->link.one_name.length == 0)
                into->link.one_name = from->link.one_name;
        if (into->link.many_name.length == 0)
                into->link.many_name = from->link.many_name;
        if (into->link.column.length == 0)
                into->link.column = from->link.column;
        into->link.complete = into->link.complete || from->link.complete;
}

static bool half_is_full(const Half *half) {
        return half->link.one_name.length > 0 && half->link.many_name.length > 0;
}

/* Folds the other declarations of the same link into `half`: exactly one of the opposite side, or it is unclear. */
static void half_complete(Checker *checker, const Halves *halves, Half *half) {
        Half *partner = NULL;
        bool full = half_is_full(half);
        for (Half *other = halves->first; other != NULL; other = other->next) {
                if (other == half || other->taken || !halves_agree(half, other))
                        continue;
                bool same_side = str_equal(other->declaration->cardinality, half->declaration->cardinality);
                if (same_side)
                        continue; /* the same name twice: scope_add reports it */
                if (partner != NULL && !full) {
                        check_error(checker, RELATION_CONFLICT, half->link.at, STR("用“反向”写明另一端的名称"),
                                    "“%.*s”与几个关系都可能是同一个", STR_ARG(half->declaration->name));
                        return;
                }
                partner = other;
                if (full)
                        break;
        }
        if (partner != NULL) {
                half_merge(half, partner);
                partner->taken = true;
        }
}

static void link_end(Checker *checker, const Half *half, bool one, uint32_t link) {
        Str name = one ? half->link.one_name : half->link.many_name;
        uint16_t entity = one ? half->link.child : half->link.parent;
        Symbol symbol = check_symbol(checker, one ? SYMBOL_ONE : SYMBOL_MANY, half->module, half->declaration, link);
        symbol.name = name;
        symbol.internal = half->internal;
        if (name.length > 0)
                (void) scope_add(checker, SPACE_VALUE, entity, symbol);
}

static void half_collect(Checker *checker, Halves *halves, uint32_t module, const Declaration *declaration) {
        Half half;
        if (declaration->head != HEAD_RELATION || !half_read(checker, module, declaration, &half))
                return;
        if (halves->count++ == 2 * LINKS_MAX)
                check_error(checker, TOO_LARGE, declaration->at, NO_HINT, "关系太多，最多 %u 个", LINKS_MAX);
        if (halves->count > 2 * LINKS_MAX)
                return;
        *halves->last = ARENA_NEW(checker->arena, Half, 1);
        **halves->last = half;
        halves->last = &(*halves->last)->next;
}

/* One link of a half and the half that names its other end, if there is one. */
static void link_add(Checker *checker, Halves *halves, Half *half) {
        Program *program = checker->program;
        half->taken = true;
        half_complete(checker, halves, half);
        Str parent = program->entities[half->link.parent].name;
        if (half->link.column.length == 0)
                half->link.column = half->link.one_name.length > 0 ? half->link.one_name : parent;
        uint32_t link = program->link_count;
        *ARENA_PUSH(checker->arena, program->links, program->link_count, checker->link_capacity) = half->link;
        link_end(checker, half, true, link);
        link_end(checker, half, false, link);
}

static void relations_check(Checker *checker) {
        Halves halves = { 0 };
        halves.last = &halves.first;
        for (uint32_t i = 0; i < checker->module_count; i++)
                for (uint32_t k = 0; k < checker->modules[i].file_count; k++)
                        for (const Declaration *d = checker->modules[i].files[k]->first; d != NULL; d = d->next)
                                half_collect(checker, &halves, i, d);
        /* declarations that name both ends first, so that the order of declarations does not matter */
        for (int round = 0; round < 2; round++)
                for (Half *half = halves.first; half != NULL; half = half->next)
                        if (!half->taken && half_is_full(half) == (round == 0))
                                link_add(checker, &halves, half);
}

/* 派生自 人.所在户: the rows of this entity come from that key column. */
static void derived_visit(Checker *checker, uint32_t module, const Syntax *file, const Declaration *declaration) {
        (void) file;
        const Tail *tail = tail_get(declaration->tails, TAILKIND_DERIVED);
        const Symbol *self = scope_global(checker, module, SPACE_TYPE, declaration->name, NULL), *link = NULL;
        if (tail == NULL || tail->value == NULL || tail->value->kind != EXPRESSION_PATH || self == NULL ||
            self->declaration != declaration)
                return;
        if (tail->value->part_count == 2) {
                const Symbol *entity = check_entity(checker, module, tail->value->parts[0], tail->value->at);
                if (entity == NULL)
                        return;
                link = scope_member(checker, module, (uint16_t) entity->index, tail->value->parts[1], NULL);
        }
        if (link == NULL || link->kind != SYMBOL_ONE || checker->program->links[link->index].parent != self->index) {
                check_error(checker, ENTITY_INVALID, tail->value->at, STR("例如 派生自 人.所在户"),
                            "“派生自”后面要写一个指向%.*s的“一个”关系", STR_ARG(declaration->name));
                return;
        }
        checker->program->entities[self->index].derived_from = link->index;
}

/* ---- facts ----------------------------------------------------------------------------------------------- */

static void fact_range(Checker *checker, uint32_t module, const Declaration *declaration, Fact *fact) {
        const Tail *range = tail_get(declaration->tails, TAILKIND_RANGE);
        int64_t low, high;
        if (range == NULL || range->value == NULL || range->upper == NULL)
                return;
        if (fact->type.kind != TYPE_NUMBER && fact->type.kind != TYPE_DATE) {
                check_error(checker, TYPE_MISMATCH, range->at, NO_HINT, "%.*s没有范围",
                            STR_ARG(type_words(checker, fact->type)));
                return;
        }
        if (!lower_constant(checker, module, range->value, fact->type, &low) ||
            !lower_constant(checker, module, range->upper, fact->type, &high))
                return;
        if (low > high || low == UNKNOWN || high == UNKNOWN) {
                check_error(checker, RANGE_INVALID, range->at, NO_HINT, "范围的前一个值大于后一个值");
                return;
        }
        fact->low = low;
        fact->high = high;
}

static bool in_range(Checker *checker, const Fact *fact, int64_t cell, Span at) {
        bool fits = cell == type_unknown(fact->type) || (cell >= fact->low && cell <= fact->high);
        if (!fits)
                check_error(checker, VALUE_OUTSIDE, at, NO_HINT, "这个值不在“%.*s”的范围内", STR_ARG(fact->name));
        return fits;
}

static void fact_codes(Checker *checker, uint32_t module, const Tail *source, Fact *fact) {
        uint32_t count = 0;
        for (const Item *item = source->codes; item != NULL; item = item->next)
                count++;
        fact->codes = ARENA_NEW(checker->arena, CodeMapping, count + 1);
        Map *seen = map_new(checker->arena);
        for (const Item *item = source->codes; item != NULL; item = item->next) {
                CodeMapping mapping = { 0 };
                if (item->key_count == 0 || item->value == NULL || item->keys[0]->kind == EXPRESSION_ERROR)
                        continue;
                const Expression *key = item->keys[0];
                mapping.text = key->kind == EXPRESSION_TEXT ? key->text : source_line(checker, key->at);
                if (!lower_constant(checker, module, item->value, fact->type, &mapping.value) ||
                    !in_range(checker, fact, mapping.value, item->value->at))
                        continue;
                if (!map_add(seen, mapping.text, 0))
                        check_error(checker, CODES_INVALID, key->at, NO_HINT, "代码“%.*s”写了两次", STR_ARG(mapping.text));
                else
                        fact->codes[fact->code_count++] = mapping;
        }
}

/* 缺省: a constant in the fact's range, or for a date the day asked about or of application; NONE when it is neither. */
static uint32_t fact_default(Checker *checker, uint32_t module, const Expression *value, const Fact *fact) {
        bool word = value->kind == EXPRESSION_PATH && value->part_count == 1 && fact->type.kind == TYPE_DATE;
        if (word && str_equal(value->parts[0], STR("基准日")))
                return build_base_date(checker->builder);
        if (word && str_equal(value->parts[0], STR("申请日")))
                return build_apply_date(checker->builder);
        int64_t cell;
        return lower_constant(checker, module, value, fact->type, &cell) && in_range(checker, fact, cell, value->at)
                       ? build_constant(checker->builder, fact->type, cell)
                       : NONE;
}

static const struct {
        Str       word;
        FactCheck check;
        bool      sensitive;
} CHECKS[] = {
        { STR_INIT("身份证号"), CHECK_IDENTITY, true },
        { STR_INIT("统一社会信用代码"), CHECK_CREDIT_CODE, false },
        { STR_INIT("区划代码"), CHECK_DIVISION, false },
        { STR_INIT("手机号"), CHECK_MOBILE, true },
};

/* 校验 身份证号 */
static void fact_check(Checker *checker, const Tail *tail, Fact *fact) {
        if (tail == NULL || tail->value == NULL || tail->value->kind != EXPRESSION_PATH || tail->value->part_count == 0)
                return;
        Str names[ARRAY_LENGTH(CHECKS)];
        uint32_t at;
        for (uint32_t i = 0; i < ARRAY_LENGTH(CHECKS); i++)
                names[i] = CHECKS[i].word;
        if (fact->type.kind != TYPE_TEXT) {
                check_error(checker, CHECK_INVALID, tail->at, NO_HINT, "“校验”只用于文本，“%.*s”是%.*s", STR_ARG(fact->name),
                            STR_ARG(type_words(checker, fact->type)));
                return;
        }
        if (!plan_choose(checker, tail->value, names, ARRAY_LENGTH(CHECKS), &at))
                return;
        fact->check = CHECKS[at].check;
        fact->sensitive = fact->sensitive || CHECKS[at].sensitive;
}

static void fact_visit(Checker *checker, uint32_t module, const Syntax *file, const Declaration *declaration) {
        (void) file;
        Program *program = checker->program;
        Fact fact = { .name = declaration->name, .guard = NONE, .step = NONE, .at = declaration->name_at };
        if (declaration->owner.length == 0) {
                check_error(checker, NAME_KIND, declaration->name_at, STR("例如 事实 人.出生日期：日期"), "事实要写明是谁的");
                return;
        }
        const Symbol *owner = check_entity(checker, module, declaration->owner, declaration->name_at);
        if (owner == NULL)
                return;
        fact.entity = (uint16_t) owner->index;
        bool typed = declaration->type_count > 0 && type_read(checker, module, declaration->types[0], &fact.type);
        Symbol symbol = check_symbol(checker, SYMBOL_FACT, module, declaration, program->fact_count);
        symbol.type = fact.type;
        symbol.has_type = typed;
        Symbol *added = scope_add(checker, SPACE_VALUE, fact.entity, symbol);
        if (added == NULL)
                return;
        type_range(checker, fact.type, &fact.low, &fact.high);
        fact.clause = symbol.clause;
        fact.question = tail_words(declaration->tails, TAILKIND_ASK);
        fact.help = tail_words(declaration->tails, TAILKIND_HELP);
        fact.blank_is_no = tail_get(declaration->tails, TAILKIND_BLANK_IS_NO) != NULL;
        fact.required = tail_get(declaration->tails, TAILKIND_REQUIRED) != NULL;
        fact.sensitive = tail_get(declaration->tails, TAILKIND_SENSITIVE) != NULL;
        fact.column = declaration->name;
        const Tail *source = tail_get(declaration->tails, TAILKIND_SOURCE);
        if (source != NULL && source->text.length > 0)
                fact.column = source->text;
        if (typed) {
                fact_range(checker, module, declaration, &fact);
                fact_check(checker, tail_get(declaration->tails, TAILKIND_CHECK), &fact);
                if (source != NULL && source->codes != NULL)
                        fact_codes(checker, module, source, &fact);
                const Tail *fallback = tail_get(declaration->tails, TAILKIND_DEFAULT);
                if (fallback != NULL && fallback->value != NULL)
                        added->fallback = fact_default(checker, module, fallback->value, &fact);
        }
        *ARENA_PUSH(checker->arena, program->facts, program->fact_count, checker->fact_capacity) = fact;
}

void check_schema(Checker *checker) {
        check_each(checker, HEAD_DOCUMENT, document_visit);
        clauses_assign(checker);
        check_each(checker, HEAD_UNIT, unit_visit);
        check_each(checker, HEAD_ENTITY, entity_visit);
        check_each(checker, HEAD_ENUMERATION, enumeration_visit);
        relations_check(checker);
        check_each(checker, HEAD_ENTITY, derived_visit);
        check_each(checker, HEAD_FACT, fact_visit);
}
