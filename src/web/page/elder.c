/* The switch in the header of every page. */
#include "web/page/elder.h"

void elder_remember(Visit *visit, bool on) {
        visit->elder = on;
        visit->response->set_cookie = on ? STR("elder=1; Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax")
                                         : STR("elder=0; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
}

/* A target of this site: it begins with one slash and holds only what stands in a URL. */
static bool is_own_target(Str target) {
        if (target.length == 0 || target.data[0] != '/' || str_starts(target, STR("//")))
                return false;
        for (size_t i = 0; i < target.length; i++)
                if (target.data[i] <= ' ' || target.data[i] >= 0x7f || target.data[i] == '\\' || target.data[i] == '"')
                        return false;
        return true;
}

Rc page_elder(Visit *visit) {
        Str back = form_text(&visit->form, STR("back"));
        elder_remember(visit, str_equal(form_text(&visit->form, STR("elder")), STR("1")));
        visit->response->status = 303;
        visit->response->location = is_own_target(back) ? back : STR("/");
        return RC_OK;
}
