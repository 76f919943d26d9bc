/* What the leak checker must not tell of programs that draw text: the pattern caches of fontconfig live until the process ends,
 * and cairo 1.16 loses some 2 KB a PDF in its font subsets. A layout or a context that we forget is allocated by pango and told. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_options(void);

const char *__lsan_default_suppressions(void) {
        return "leak:libfontconfig.so\nleak:libcairo.so\n";
}

const char *__lsan_default_options(void) {
        return "print_suppressions=0";
}
