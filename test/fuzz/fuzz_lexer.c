/* Any bytes through the lexer: tokens and comments lie in order inside the text, every byte between them is blank or
 * a line break, and each fence ends with TOKEN_END. */
#include "language/token.h"

#include "base/utf8.h"

#define ARENA_CAP ((size_t) 256 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The bytes [from, to) that no token covers. */
static void check_gap(Str text, uint32_t from, uint32_t to) {
        MUST(from <= to);
        for (size_t at = from; at < to;) {
                uint32_t character = utf8_next(text, &at);
                MUST(character_is_blank(character) || character == '\n' || utf8_narrow(character) == ';');
        }
}

static void check_tokens(const Lexer *lexer) {
        uint32_t at = 0, comment = 0;
        for (uint32_t i = 0; i < lexer->tokens.count; i++) {
                const Token *token = &lexer->tokens.items[i];
                while (comment < lexer->comments.count && lexer->comments.items[comment].start < token->start) {
                        check_gap(lexer->text, at, lexer->comments.items[comment].start);
                        at = lexer->comments.items[comment++].end;
                }
                check_gap(lexer->text, at, token->start);
                MUST(token->start <= token->end && token->end <= lexer->text.length);
                MUST((token->kind == TOKEN_END) == (i + 1 == lexer->tokens.count));
                at = token->end;
        }
        MUST(comment == lexer->comments.count && at == lexer->text.length);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
        CLEAN(arena_cleanup) Arena *arena = arena_new(ARENA_CAP);
        Lexer lexer = { .arena = arena, .text = { (const char *) data, size } };
        size_t bad;
        lexer_read_fence(&lexer, 0, (uint32_t) size);
        if (utf8_check(lexer.text, &bad))
                check_tokens(&lexer);
        return 0;
}
