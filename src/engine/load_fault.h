/* Everything that can be wrong with a folder of CSV files, once: number, stable code, and the Chinese sentence. */
#pragma once

/* FAULT(ID, "code", is it a problem (or a note), "what a clerk reads") */
#define LOAD_FAULTS(FAULT)                                                                                              \
        FAULT(NOT_NUMBER, "not-number", true, "不是数")                                                                  \
        FAULT(GROUPED, "grouped", true, "数里夹着逗号，请去掉千分位")                                                        \
        FAULT(SCIENTIFIC, "scientific", true, "是科学计数法，末位数字可能已经丢失")                                            \
        FAULT(PRECISE, "precise", true, "小数位数比这一项的精度多")                                                         \
        FAULT(UNIT, "unit", true, "单位与这一项不同")                                                                     \
        FAULT(NOT_DATE, "not-date", true, "不是日期（如 2025-06-10）")                                                    \
        FAULT(NOT_TRUTH, "not-truth", true, "不是“是”或“否”")                                                            \
        FAULT(NOT_MEMBER, "not-member", true, "不是可选的值")                                                             \
        FAULT(RANGE, "range", true, "超出范围")                                                                          \
        FAULT(BYTES, "bytes", true, "有不成文字的字节")                                                                    \
        FAULT(QUOTE, "quote", true, "引号不成对")                                                                        \
        FAULT(NO_KEY, "no-key", true, "没有编号")                                                                        \
        FAULT(DUPLICATE, "duplicate", true, "编号重复，只取第一行")                                                         \
        FAULT(DANGLING, "dangling", true, "找不到所指的编号")                                                              \
        FAULT(GUARDED, "guarded", true, "该项不适用（仅当 的条件为否），已不采用")                                             \
        FAULT(ROW_CELLS, "row-cells", true, "格数与表头不同，整行未采用")                                                    \
        FAULT(ROW_QUOTE, "row-quote", true, "引号没有收尾，该行未采用")                                                     \
        FAULT(ROW_LONG, "row-long", true, "一行超过 1 MiB，未采用")                                                        \
        FAULT(ROW_HEADER, "row-header", true, "表头又出现一次，已跳过")                                                      \
        FAULT(ROW_BYTES, "row-bytes", true, "既不是 UTF-8 也不是 GB18030，整行未采用")                                       \
        FAULT(FILE_MISSING, "file-missing", false, "没有这个文件，按没有记录处理")                                            \
        FAULT(FILE_UNREADABLE, "file-unreadable", true, "文件打不开，按没有记录处理")                                         \
        FAULT(FILE_EMPTY, "file-empty", false, "文件没有表头")                                                             \
        FAULT(FILE_TOO_BIG, "file-too-big", true, "行数或列数超过上限，未采用")                                              \
        FAULT(COLUMN_MISSING, "column-missing", false, "没有这一列，全部按未知处理")                                          \
        FAULT(COLUMN_EXTRA, "column-extra", false, "没有用到这一列")                                                        \
        FAULT(COLUMN_TWICE, "column-twice", true, "列名重复，只取第一列")

typedef enum LoadFault {
        LOAD_FINE,
#define LOAD_FAULT_ENUM(id, code, problem, text) LOAD_##id,
        LOAD_FAULTS(LOAD_FAULT_ENUM)
#undef LOAD_FAULT_ENUM
        LOAD_FAULT_TOTAL,
} LoadFault;
