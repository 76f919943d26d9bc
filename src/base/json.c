/* The streaming JSON writer. Bit `depth` of the two words describes the level being written; level 0 is the
 * document itself, which takes exactly one value. */
#include "base/json.h"

#include "base/utf8.h"

#include <inttypes.h>

#define DEPTH_MAX 63

static uint64_t level_bit(const Json *json) {
        return (uint64_t) 1 << json->depth;
}

static bool in_object(const Json *json) {
        return (json->object_bits & level_bit(json)) != 0;
}

Json json_begin(Buffer *out) {
        return (Json){ .out = out };
}

/* What stands before every value: nothing after a key, a comma after another element. */
static void before_value(Json *json) {
        if (in_object(json)) {
                MUST(json->after_key);
                json->after_key = false;
                return;
        }
        bool follows = (json->comma_bits & level_bit(json)) != 0;
        MUST(json->depth > 0 || !follows);
        if (follows)
                buffer_byte(json->out, ',');
        json->comma_bits |= level_bit(json);
}

static void open_level(Json *json, bool object) {
        before_value(json);
        MUST(json->depth < DEPTH_MAX);
        json->depth++;
        json->comma_bits &= ~level_bit(json);
        json->object_bits = object ? json->object_bits | level_bit(json) : json->object_bits & ~level_bit(json);
        buffer_byte(json->out, object ? '{' : '[');
}

void json_open_object(Json *json) {
        open_level(json, true);
}

void json_open_array(Json *json) {
        open_level(json, false);
}

void json_end(Json *json) {
        MUST(json->depth > 0 && !json->after_key);
        buffer_byte(json->out, in_object(json) ? '}' : ']');
        json->depth--;
}

static void write_escaped(Buffer *out, uint32_t byte) {
        static const char short_form[] = { ['"'] = '"', ['\\'] = '\\', ['\n'] = 'n', ['\r'] = 'r', ['\t'] = 't' };
        if (byte < sizeof(short_form) && short_form[byte] != 0)
                buffer_format(out, "\\%c", short_form[byte]);
        else
                buffer_format(out, "\\u%04x", byte);
}

static void write_text(Buffer *out, Str text) {
        buffer_byte(out, '"');
        size_t written = 0;
        for (size_t at = 0; at < text.length;) {
                size_t start = at;
                uint32_t character = utf8_next(text, &at);
                bool malformed = character == 0xFFFD && at - start == 1;
                if (!malformed && character >= 0x20 && character != '"' && character != '\\' && character != 0x7F)
                        continue;
                buffer_add(out, str_slice(text, written, start));
                if (malformed)
                        buffer_add(out, STR("\xEF\xBF\xBD"));
                else
                        write_escaped(out, character);
                written = at;
        }
        buffer_add(out, str_slice(text, written, text.length));
        buffer_byte(out, '"');
}

void json_key(Json *json, const char *key) {
        MUST(in_object(json) && !json->after_key);
        if ((json->comma_bits & level_bit(json)) != 0)
                buffer_byte(json->out, ',');
        json->comma_bits |= level_bit(json);
        write_text(json->out, str_from(key));
        buffer_byte(json->out, ':');
        json->after_key = true;
}

void json_text(Json *json, Str value) {
        before_value(json);
        write_text(json->out, value);
}

void json_int(Json *json, int64_t value) {
        before_value(json);
        buffer_format(json->out, "%" PRId64, value);
}

void json_bool(Json *json, bool value) {
        before_value(json);
        buffer_add(json->out, value ? STR("true") : STR("false"));
}

void json_nothing(Json *json) {
        before_value(json);
        buffer_add(json->out, STR("null"));
}

static bool is_decimal(Str number) {
        size_t at = str_starts(number, STR("-")) ? 1 : 0;
        size_t points = 0;
        if (at == number.length)
                return false;
        for (size_t i = at; i < number.length; i++) {
                bool point = number.data[i] == '.';
                points += point;
                if (point ? i == at || i + 1 == number.length : number.data[i] < '0' || number.data[i] > '9')
                        return false;
        }
        bool leading_zero = number.data[at] == '0' && number.length > at + 1 && number.data[at + 1] != '.';
        return points <= 1 && !leading_zero;
}

void json_raw(Json *json, Str number) {
        MUST(is_decimal(number));
        before_value(json);
        buffer_add(json->out, number);
}
