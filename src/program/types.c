/* Types, and the two look-ups by date and by code. Both answer "unknown" instead of failing. */
#include "program/program.h"

bool type_equal(Type a, Type b) {
        if (a.kind != b.kind)
                return false;
        switch (a.kind) {
        case TYPE_TRUTH:
        case TYPE_DATE:
        case TYPE_TEXT:
                return true;
        case TYPE_NUMBER:
                return a.scale == b.scale && a.unit == b.unit;
        case TYPE_CODE:
        case TYPE_ROW:
                return a.of == b.of;
        }
        return false;
}

/* Figures that are open are written UNKNOWN whatever their type. */
static int64_t open_or(Type type, int64_t cell) {
        return cell == UNKNOWN ? type_unknown(type) : cell;
}

int64_t parameter_at(const Parameter *parameter, int64_t date, uint32_t *ret_version) {
        uint32_t from = 0, to = parameter->version_count;
        while (from < to) {
                uint32_t middle = from + (to - from) / 2;
                if (parameter->versions[middle].to < date)
                        from = middle + 1;
                else
                        to = middle;
        }
        bool inside = date != UNKNOWN && from < parameter->version_count && parameter->versions[from].from <= date;
        if (ret_version)
                *ret_version = inside ? from : NONE;
        return open_or(parameter->type, inside ? parameter->versions[from].value : UNKNOWN);
}

int64_t table_at(const Program *program, const Table *table, int64_t a, int64_t b, int64_t c) {
        int64_t keys[3] = { a, b, c };
        int64_t index = 0;
        MUST(table->key_count <= ARRAY_LENGTH(keys));
        for (uint32_t i = 0; i < table->key_count; i++) {
                int64_t members = program->enumerations[table->keys[i]].member_count;
                if (keys[i] < 0 || keys[i] >= members)   /* UNKNOWN is below 0 */
                        return type_unknown(table->type);
                index = index * members + keys[i];
        }
        return open_or(table->type, table->cells[index]);
}
