/* The first page: which cities there are. */
#pragma once

#include "web/page/layout.h"

typedef struct HomeView {
        Layout      layout;
        const Site *site;
        Arena      *arena;
} HomeView;

Rc   page_home(Visit *visit);
void template_home(Buffer *out, const HomeView *view);
