/* Serves the embedded files. */
#include "web/asset.h"

#include "web/asset_table.h"

static const struct {
        Str ending, type;
} types[] = {
        { STR_INIT(".css"), STR_INIT("text/css; charset=utf-8") },
        { STR_INIT(".js"), STR_INIT("text/javascript; charset=utf-8") },
        { STR_INIT(".svg"), STR_INIT("image/svg+xml") },
};

static const AssetFile *find(Str name) {
        for (uint32_t i = 0; i < ASSET_FILE_COUNT; i++)
                if (str_equal(str_from(ASSET_FILES[i].name), name))
                        return &ASSET_FILES[i];
        return NULL;
}

Str asset_hash(Str name) {
        const AssetFile *file = find(name);
        MUST(file);
        return str_from(file->hash);
}

Rc page_asset(Visit *visit) {
        const AssetFile *file = find(visit->parameters[1]);
        if (!file || !str_equal(visit->parameters[0], str_from(file->hash)))
                return RC_MISSING;
        Response *response = visit->response;
        for (size_t i = 0; i < ARRAY_LENGTH(types); i++)
                if (str_ends(visit->parameters[1], types[i].ending))
                        response->content_type = types[i].type;
        response->keep = true;
        response->etag = str_format(visit->arena, "\"%s\"", file->hash);
        if (str_equal(visit->request->if_none_match, response->etag))
                response->status = 304;
        else
                buffer_add(&response->body, (Str){ (const char *) file->data, file->length });
        return RC_OK;
}
