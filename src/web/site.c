/* Which cities the site shows. */
#include "web/site.h"

#include "base/date.h"
#include "web/search_pack.h"

/* The pack's own latest document, not one of an import. */
static const Document *own_document(const Pack *pack) {
        const Document *latest = NULL;
        for (uint32_t i = 0; i < pack->program.document_count; i++) {
                const Document *document = &pack->program.documents[i];
                bool own = document->at.file >= pack->own_file_first && document->at.file <= pack->own_file_last;
                if (own && (!latest || document->signed_on > latest->signed_on))
                        latest = document;
        }
        return latest;
}

/* "370100 济南市" is 济南市; without an area, the issuer or the folder. */
static Str city_name(const Pack *pack, const Document *document) {
        Str name = document->area;
        while (name.length > 0 && ((name.data[0] >= '0' && name.data[0] <= '9') || name.data[0] == ' '))
                name = str_slice(name, 1, name.length);
        return name.length ? name : document->issuer.length ? document->issuer : pack->name;
}

Rc site_add(Site *site, const Pack *pack) {
        const Document *document = own_document(pack);
        if (!document)
                return RC_INVALID;
        if (site->city_count == SITE_CITIES_MAX)
                return RC_TOOBIG;
        site->cities[site->city_count++] = (City){
                .pack = pack, .document = document, .name = city_name(pack, document), .search = search_pack(pack, pack->arena),
                .phone = document->phone.length ? document->phone : STR("12333"),
        };
        return RC_OK;
}

void site_add_records(Site *site, uint32_t city, Pool *pool, const Model *model) {
        MUST(city < site->city_count);
        site->cities[city].pool = pool;
        site->cities[city].model = model;
}
