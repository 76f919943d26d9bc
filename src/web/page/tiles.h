/* A map of one tile for each county, shared by directories and targets: a grid in the order of the list of counties, not
 * their places. A tile is a link and says in words what its colour means. */
#pragma once

#include "insight/board.h"
#include "web/page/layout.h"

typedef struct Tile {
        Str      name, figure;
        uint32_t code;                   /* of the county */
        uint32_t shade;                  /* 0 none, 1 to 4 by how many; of a map with lamps nothing */
        Lamp     lamp;
        Str      word;                   /* of the lamp */
        bool     chosen;
} Tile;

typedef struct TileMap {
        Str      title;
        Str      query;                  /* where tiles lead, encoded, behind /c/ or /o/ and before the code: "x/n/名录?f1=" */
        bool     lamps;                  /* an office's, coloured by lamps */
        Tile    *tiles;
        uint32_t count;
} TileMap;

void template_tiles(Buffer *out, const TileMap *map);
