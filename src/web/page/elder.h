/* Large type (关怀版), remembered in a cookie. */
#pragma once

#include "web/visit.h"

/* Sets the cookie for the answer to this request. */
void elder_remember(Visit *visit, bool on);

Rc page_elder(Visit *visit);
