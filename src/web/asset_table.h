/* The files of assets/, as the build tool writes them into a C table. */
#pragma once

#include <stddef.h>
#include <stdint.h>

typedef struct AssetFile {
        const char          *name, *hash;
        const unsigned char *data;
        size_t               length;
} AssetFile;

extern const AssetFile ASSET_FILES[];
extern const uint32_t  ASSET_FILE_COUNT;
