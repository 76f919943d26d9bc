/* The fonts and sizes of official documents: small title 小标宋 22, headings 黑体 16, text 仿宋 16 points. */
#include "insight/report_style.h"

#define SONG "FZXiaoBiaoSong-B05S, FZXiaoBiaoSong-B05, Noto Serif CJK SC"
#define FANG "FangSong_GB2312, FangSong, Noto Serif CJK SC"
#define HEI "SimHei, Noto Sans CJK SC"

#define WORD_SONG "方正小标宋简体"
#define WORD_FANG "仿宋_GB2312"
#define WORD_HEI "黑体"

const StyleLook REPORT_STYLES[STYLE_COUNT] = {
        [STYLE_TITLE] = { "Title", "Title", WORD_SONG, SONG, 440, 700, 0, 200, 0, ALIGN_CENTER, true, false, false },
        [STYLE_ISSUER] = { "Subtitle", "Subtitle", WORD_FANG, FANG, 320, 560, 0, 300, 0, ALIGN_CENTER, false, false, false },
        [STYLE_HEADING] = { "Heading1", "heading 1", WORD_HEI, HEI, 320, 560, 160, 40, 640, ALIGN_LEFT, false, true, false },
        [STYLE_BODY] = { "BodyText", "Body Text", WORD_FANG, FANG, 320, 560, 0, 0, 640, ALIGN_BOTH, false, false, false },
        [STYLE_NOTE] = { "ReportNote", "表注", WORD_FANG, FANG, 200, 300, 80, 0, 0, ALIGN_LEFT, false, false, false },
        [STYLE_TABLE_HEAD] = { "ReportTableHead", "表头", WORD_HEI, HEI, 200, 280, 0, 0, 0, ALIGN_CENTER, false, false, true },
        [STYLE_TABLE_CELL] = { "ReportTableText", "表内文字", WORD_FANG, FANG, 200, 280, 0, 0, 0, ALIGN_LEFT, false, false, false },
        [STYLE_TABLE_NUMBER] = { "ReportTableNumber", "表内数字", WORD_FANG, FANG, 200, 280, 0, 0, 0, ALIGN_RIGHT, false, false, false },
        [STYLE_TABLE_WORD] = { "ReportTableWord", "表内短语", WORD_FANG, FANG, 200, 280, 0, 0, 0, ALIGN_CENTER, false, false, false },
        [STYLE_TABLE_AREA] = { "ReportTableArea", "表内分组", WORD_HEI, HEI, 200, 280, 0, 0, 0, ALIGN_LEFT, false, false, true },
        [STYLE_FOOTER] = { "Footer", "footer", WORD_FANG, FANG, 280, 360, 0, 0, 0, ALIGN_CENTER, false, false, false },
        [STYLE_MARK] = { "Header", "header", WORD_HEI, HEI, 220, 320, 0, 0, 0, ALIGN_CENTER, false, false, false },
};
