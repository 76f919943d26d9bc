/* Style sheet, script and icon, embedded in the program. Their hash stands in the URL, so that browsers may keep them
 * for good: /asset/HASH/style.css. */
#pragma once

#include "web/visit.h"

/* The hash of a file of assets/, for its URL. The name must exist. */
Str asset_hash(Str name);

Rc page_asset(Visit *visit);
