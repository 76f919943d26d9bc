/* Hostile requests against the whole site: "METHOD TARGET", the content type and the cookie on a line each, then the
 * body. An '@' in the body stands for a valid beginning of an interview's state, so that forged answers get past its
 * check of the pack. Whatever comes, the response is whole, well-formed and without markup of the client's. */
#include "base/date.h"
#include "base/utf8.h"
#include "web/site.h"

#include <stdlib.h>
#include <unistd.h>

#define ARENA_CAP ((size_t) 1 << 30)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char PACK[] =
        "# 试\n\n```leye\n文件 试验\n  标题：“试验文件”\n  机关：“某市”\n  成文：2018-01-01\n  有效：自 2018-01-01\n"
        "实体 人，量词 人\n实体 户，量词 户\n关系 户.成员：多个 人，反向 所在户，齐全，源 户编号\n枚举 类别：甲、乙、丙\n"
        "事实 人.生日：日期，问“生日？”，范围 1900-01-01 至 2030-12-31\n事实 人.收入：金额/月，问“收入？”，范围 0元/月 至 100万元/月\n"
        "事实 人.月数：月数，问“月数？”，范围 0个月 至 720个月\n事实 人.类别：类别，问“类别？”\n事实 户.低保：真假，问“低保？”\n"
        "参数 标准：金额/月，待定，不少于 100元/月，由 某局\n```\n\n## 一、条\n\n```leye\n"
        "政策 补贴\n  对象：人\n  施行：自 2018-01-01，按 申请日\n  条件：\n    - 周岁(生日, 基准日) 不少于 16岁\n"
        "    - 月数 不少于 36个月\n    - 类别 属于 (甲、乙)\n    - 需人工认定“信誉良好”，由 街道\n"
        "待遇 补：按月\n  每月：较小(收入, 标准)\n"
        "政策 家补\n  对象：户\n  条件：\n    - 低保\n    - 合计(成员, 收入) ÷ 计数(成员) 低于 1000元/月/人\n"
        "待遇 补：服务\n  内容：“问街道”\n```\n";

typedef struct World {
        Site site;
        Str  state;              /* "L1;<pack>;0;17532" */
} World;

/* The made-up city, once for the whole run. */
static const World *world(void) {
        static World made;
        if (made.site.city_count)
                return &made;
        char folder[] = "/tmp/leye-fuzz-XXXXXX";
        MUST(mkdtemp(folder));
        Pack *pack = pack_new();
        Str file = str_format(pack->arena, "%s/a.md", folder);
        MUST(file_write(file.data, str_from(PACK)) == RC_OK);
        MUST(pack_load(pack, str_from(folder), &(PackOptions){ 0 }) == RC_OK);
        MUST(unlink(file.data) == 0 && rmdir(folder) == 0);
        pack->name = STR("x");
        made.site.at = date_from_civil(2018, 1, 1);
        MUST(site_add(&made.site, pack) == RC_OK);
        Response response = response_new();
        Request first = { .arena = pack->arena, .method = METHOD_POST, .target = STR("/c/x/ask"),
                          .content_type = STR("application/x-www-form-urlencoded"), .body = STR("subject=人") };
        site_handle(&made.site, &first, &response);
        Str page = str_copy(pack->arena, buffer_str(&response.body));
        size_t at;
        MUST(response.status == 200 && str_find(page, STR("value=\"L1;"), &at));
        Str rest = str_slice(page, at + 7, page.length);
        made.state = str_cut(&rest, '"');
        response_free(&response);
        return &made;
}

static Str fill_state(Arena *arena, Str body, Str state) {
        Buffer out CLEAN(buffer_free) = buffer_new((size_t) 1 << 20);
        for (size_t i = 0; i < body.length; i++) {
                if (body.data[i] == '@')
                        buffer_add(&out, state);
                else
                        buffer_byte(&out, body.data[i]);
        }
        return str_copy(arena, buffer_str(&out));
}

static void check_response(const Response *response) {
        Str body = buffer_str(&response->body);
        size_t at;
        MUST(response->status >= 200 && response->status < 600 && response->status != 500);
        MUST(!response->body.failed && utf8_check(body, &at));
        MUST(response->status == 303 || response->status == 304 || body.length > 0);
        MUST(!str_find(response->location, STR("\n"), &at) && !str_starts(response->location, STR("//")));
        MUST(!str_find(body, STR("<evil"), &at) && !str_find(body, STR("\"evil"), &at));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
        const World *here = world();
        CLEAN(arena_cleanup) Arena *arena = arena_new(ARENA_CAP);
        Str text = { (const char *) data, size }, line = str_cut(&text, '\n'), method = str_cut(&line, ' ');
        Request request = {
                .arena = arena,
                .method = str_equal(method, STR("POST")) ? METHOD_POST
                          : str_equal(method, STR("GET")) ? METHOD_GET
                                                          : METHOD_OTHER,
                .target = line,
                .content_type = str_cut(&text, '\n'),
                .cookie = str_cut(&text, '\n'),
                .today = date_from_civil(2018, 1, 1),
        };
        request.body = fill_state(arena, text, here->state);
        Response response = response_new();
        site_handle(&here->site, &request, &response);
        /* JSON spells quotes with a backslash; its texts are not markup */
        if (!str_starts(response.content_type, STR("application/json")))
                check_response(&response);
        response_free(&response);
        return 0;
}
