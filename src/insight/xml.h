/* A streaming XML writer: it escapes text, leaves out characters that XML cannot hold, and refuses (MUST) an unbalanced
 * document. */
#pragma once

#include "base/buffer.h"

#define XML_DEPTH_MAX 24

typedef struct Xml {
        Buffer     *out;
        const char *names[XML_DEPTH_MAX];
        uint32_t    depth;
        bool        in_tag;              /* attributes may follow */
} Xml;

Xml  xml_begin(Buffer *out);
void xml_open(Xml *xml, const char *name);
void xml_attribute(Xml *xml, const char *name, Str value);
void xml_number(Xml *xml, const char *name, int64_t value);
void xml_text(Xml *xml, Str text);
void xml_end(Xml *xml);                  /* closes the innermost element */
/* An element with one attribute, or none for NULL. */
void xml_leaf(Xml *xml, const char *name, const char *attribute, Str value);
