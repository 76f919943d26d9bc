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
        { 413, STR_INIT("提交的内容太多了"), STR_INIT("请减少人数或文字，再试一次；人很多时请到窗口办理。") },
        { 414, STR_INIT("网址太长了"), STR_INIT("请从首页进入。") },
        { 415, STR_INIT("提交的格式不对"), STR_INIT("请用网页上的表格提交。") },
        { 422, STR_INIT("这次提交的内容不完整"), STR_INIT("请回到上一页再试；还不行，就重新开始。") },
        { 503, STR_INIT("暂时打不开"), STR_INIT("请过几分钟再试。") },
        { 500, STR_INIT("网站出了问题"), STR_INIT("不是您的错。请过几分钟再试。") },
};

/* The last row stands for any other status. */
static const ErrorText *text_of(uint16_t status) {
        const ErrorText *text = error_texts;
        while (text->status != status && text < error_texts + ARRAY_LENGTH(error_texts) - 1)
                text++;
        return text;
}

void error_page(Visit *visit) {
        const ErrorText *text = text_of(visit->response->status);
        ErrorView view = { layout_of(visit, text->title, SECTION_NONE), text->title, text->advice,
                           visit->city && str_ends(visit->path, STR("/ask")) };
        view.layout.back = STR("/");
        template_error(&visit->response->body, &view);
}

void error_json(Visit *visit) {
        const ErrorText *text = text_of(visit->response->status);
        visit->response->content_type = STR("application/json");
        Json json = json_begin(&visit->response->body);
        json_open_object(&json);
        json_key(&json, "error");
        json_text(&json, text->title);
        json_end(&json);
}
