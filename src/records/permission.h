/* One question asked before anything leaves or changes: may this actor do this here? Until there are accounts there is one
 * local operator, who holds the token of the loopback listener and may do everything, and the public, who may read what a
 * directory shows. Accounts, roles and divisions get their answer here and nowhere else. */
#pragma once

#include "records/model.h"

typedef enum ActorKind { ACTOR_PUBLIC, ACTOR_OPERATOR } ActorKind;
typedef struct Actor {
        ActorKind kind;
        Str       name;
} Actor;

typedef enum Action {
        ACTION_READ_DIRECTORY, ACTION_LIST, ACTION_READ, ACTION_UNMASK, ACTION_SAVE, ACTION_DELETE, ACTION_IMPORT, ACTION_UNDO,
        ACTION_EXPORT, ACTION_READ_BOARD, ACTION_REPORT_FIGURE, ACTION_CLOSE_PERIOD, ACTION_CORRECT, ACTION_SPLIT, ACTION_DISPATCH,
        ACTION_COUNT,
} Action;

/* `table` and `county` narrow the question; NULL and -1 where it is about none. */
bool permission_allows(const Actor *actor, Action action, const RecordTable *table, int64_t county);
Str  permission_refusal(Action action);          /* Chinese sentence for the page */
