/* The first page. */
#include "web/page/home.h"

Rc page_home(Visit *visit) {
        HomeView view = { layout_of(visit, STR("首页"), SECTION_NONE), visit->site, visit->arena };
        template_home(&visit->response->body, &view);
        return RC_OK;
}
