/* The one table of who may do what. */
#include "records/permission.h"

static const struct {
        bool        public;              /* everybody may */
        const char *refusal;
} rules[ACTION_COUNT] = {
        [ACTION_READ_DIRECTORY] = { true, "" },
        [ACTION_LIST] = { false, "这份名单只给工作人员看。" },
        [ACTION_READ] = { false, "这条记录只给工作人员看。" },
        [ACTION_UNMASK] = { false, "完整号码只给经办的工作人员看。" },
        [ACTION_SAVE] = { false, "您不能改这条记录。" },
        [ACTION_DELETE] = { false, "您不能删这条记录。" },
        [ACTION_IMPORT] = { false, "您不能导入数据。" },
        [ACTION_UNDO] = { false, "您不能撤销导入。" },
        [ACTION_EXPORT] = { false, "您不能导出数据。" },
        [ACTION_READ_BOARD] = { false, "目标看板只给工作人员看。" },
        [ACTION_REPORT_FIGURE] = { false, "您不能填报数字。" },
        [ACTION_CLOSE_PERIOD] = { false, "您不能结账。" },
        [ACTION_CORRECT] = { false, "您不能更正数字。" },
        [ACTION_SPLIT] = { false, "您不能分解目标。" },
        [ACTION_DISPATCH] = { false, "您不能交办任务。" },
};

bool permission_allows(const Actor *actor, Action action, const RecordTable *table, int64_t county) {
        (void) table;
        (void) county;
        MUST(action < ACTION_COUNT);
        switch (actor->kind) {
        case ACTOR_PUBLIC:
                return rules[action].public;
        case ACTOR_OPERATOR:
                return true;
        }
        return false;
}

Str permission_refusal(Action action) {
        MUST(action < ACTION_COUNT);
        return str_from(rules[action].refusal);
}
