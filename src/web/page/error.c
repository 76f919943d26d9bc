/* One sentence and one way out for each status. */
#include "web/page/error.h"

#include "base/json.h"

typedef struct ErrorText {
        uint16_t status;
        Str      title, advice;
} ErrorText;

static const ErrorText error_texts[] = {
        { 400, STR_INIT("这次提交的内容读不出来"), STR_INIT("请回到上一页，再提交一次。") },
        { 404, STR_INIT("没有这个页面"), STR_INIT("网址可能写错了，或者这项政策已经改名。请从首页重新找。") },
        { 405, STR_INIT("这个网址不能这样打开"), STR_INIT("请从首页进入。") },
        { 409, STR_INIT("政策文件刚刚更新了"), STR_INIT("为了不算错，请重新开始算一算。以前的回答没有保存在网站上。") },
        { 413, STR_INIT("提交的内容太多了"), STR_INIT("请把文字写短一些，再试一次。") },
        { 414, STR_INIT("网址太长了"), STR_INIT("请从首页进入。") },
        { 415, STR_INIT("提交的格式不对"), STR_INIT("请用网页上的表格提交。") },
        { 422, STR_INIT("这次提交的内容不完整"), STR_INIT("请回到上一页再试；还不行，就重新开始。") },
        { 503, STR_INIT("暂时打不开"), STR_INIT("请过几分钟再试。") },
        { 507, STR_INIT("没有保存"), STR_INIT("磁盘满了。请腾出空间后再试。") },
        { 500, STR_INIT("网站出了问题"), STR_INIT("不是您的错。请过几分钟再试。") },
};

static const ErrorText too_many_people = { 413, STR_INIT("提交的内容太多了"),
                                           STR_INIT("请减少人数或文字，再试一次；人很多时请到窗口办理。") };
static const ErrorText too_large_sheet = { 413, STR_INIT("这张表太大了"),
                                           STR_INIT("一张表最多 64 MB、约一百万行。请分成几张，一张一张地上传；张数很多时，可以请管理员在服务器上用 "
                                                    "leye import 一张接一张地导入。") };

/* The last row stands for any other status. */
static const ErrorText *text_of(const Visit *visit) {
        const ErrorText *text = error_texts;
        uint16_t status = visit->response->status;
        if (status == 413 && site_body_max(visit->site, visit->path) == UPLOAD_BODY_MAX)
                return &too_large_sheet;
        if (status == 413 && str_starts(visit->path, STR("/c/")))
                return &too_many_people;
        while (text->status != status && text < error_texts + ARRAY_LENGTH(error_texts) - 1)
                text++;
        return text;
}

void error_page(Visit *visit) {
        const ErrorText *text = text_of(visit);
        bool form = visit->trouble.length && visit->request->method == METHOD_POST;
        Str title = form ? STR("没有保存") : text->title;
        ErrorView view = { layout_of(visit, title, SECTION_NONE), title, visit->trouble.length ? visit->trouble : text->advice,
                           visit->city && str_ends(visit->path, STR("/ask")), text == &too_large_sheet && visit->city, NULL };
        view.layout.back = STR("/");
        if (form && visit->file.name.length == 0)        /* a file the browser does not give back */
                view.fields = &visit->form;
        template_error(&visit->response->body, &view);
}

void error_json(Visit *visit) {
        const ErrorText *text = text_of(visit);
        visit->response->content_type = STR("application/json");
        Json json = json_begin(&visit->response->body);
        json_open_object(&json);
        json_key(&json, "error");
        json_text(&json, text->title);
        json_end(&json);
}
