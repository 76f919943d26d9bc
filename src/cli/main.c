/* The table of commands, and the choice among them. */
#include "cli/cli.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define HELP_CAP ((size_t) 1 << 16)

const Command COMMANDS[] = {
        { "check", "城市 [选项]", "检查一个城市的文件：名称、单位、范围、矛盾；没有问题就不说话", NULL, 1, 1, command_check },
        { "format", "文件 … [选项]", "把 leye 代码块排成统一的样子；正文和注释一字不动",
          "不写 --write 就打印排好的样子，文件不动。", 1, 64, command_format },
        { "test", "城市 [选项]", "运行文件里的全部例子", "逐个例子计算两遍（单人和批量），结果都要和期望一样。", 1, 1, command_test },
        { "coverage", "[城市] [选项]", "每一条由哪些声明承载，有几个例子；哪一条没有",
          "不写城市、写 --all，就逐个列出全部城市，最后按文件汇总。", 0, 1, command_coverage },
        { "explain", "城市 [政策] [选项]", "说明一个人为什么能或不能享受",
          "用 --fact 给出已知的事实，或者用 --data 和 --id 指定数据里的一行（相关的户、用工等一并取来）。\n"
          "不写政策就说明全部。",
          1, 2, command_explain },
        { "ask", "城市 [选项]", "在终端里一问一答，算一算能享受什么",
          "直接回车或答“不知道”就跳过；答“回”改上一题；答“完”就此出结果。\n"
          "回答也可以从管道来，一行一个。用 --json 时问答走标准错误，结果走标准输出。",
          1, 1, command_ask },
        { "scan", "城市 --data 文件夹 [选项]", "对全部数据逐人、逐户、逐企业计算，按政策和区县汇总",
          "“已定金额”是算得出的钱；标准还待定但有下限的，下限记在“待定的至少”；“金额未定”是能享受、钱还算不出的有多少。\n"
          "只作咨询的政策不参加计算。",
          1, 1, command_scan },
        { "simulate", "城市 --data 文件夹 --set 参数=值 [选项]", "改动参数，比较前后：谁得、谁失、多少钱", NULL, 1, 1,
          command_simulate },
        { "sql", "城市 [选项]", "生成在业务数据库里运行的 SQL",
          "结果在“结果_人”等表里，列的含义写在脚本开头。带 --data 时一并给出建表语句和数据，可以直接运行：\n"
          "  leye sql jinan --data 文件夹 | sqlite3 库文件",
          1, 1, command_sql },
        { "synth", "城市 --persons 人数 --out 文件夹 [选项]", "造一套虚构的人口数据，供演示和测算", NULL, 1, 1, command_synth },
        { "init", "城市 [选项]", "建一个城市的数据库：按城市文件里的实体建表，装入区划",
          "再运行一次没有坏处：补上缺的表和列，区划表有了新版就更新。", 1, 1, command_init },
        { "migrate", "城市 [选项]", "城市文件改过以后，把数据库改成一致", "会丢数据的步骤前面有 !，要加 --destructive 才做。", 1, 1, command_migrate },
        { "document", "load 城市 文号 文本文件 [选项]", "装入一份文件的原文：按条号切开，和城市文件逐条对照",
          "文号也可以写“文件”后面的名称。文本是 UTF-8 或 GB18030 的纯文字；原文只存在数据库里。\n"
          "再装一次时，和上次不同的条款会标出来，提醒照着改城市文件。",
          4, 4, command_document },
        { "report", "城市 [报表名] [选项]", "把一张报表填上数字，打印或写成 PDF、Word 文件", "不写报表名就列出这个城市的全部报表。", 1, 2,
          command_report },
        { "import", "城市 实体 文件 [选项] | 城市 --undo 批次", "把一张表（XLSX 或 CSV）导入成记录；也可以撤销一次导入",
          "表头要和字段同名，列的次序不限；用 --dry-run 先试。编号（或身份证号、统一社会信用代码）相同的是更新。\n"
          "有一处错就一行也不导入，除非加 --partial。有错时退出码是 1，加了 --partial 也是。",
          1, 3, command_import },
        { "export", "城市 实体 --out 文件 [选项]", "把一类记录写成 XLSX 或 CSV", "敏感的号码只写头尾。", 2, 2, command_export },
        { "demo", "城市 [选项]", "给空的数据库放进示范记录：每个目标都有数，有快有慢",
          "先用 leye init 建库。记录全是虚构的，页面上写明“示范数据”；按批次“示范”可以撤回。", 1, 1, command_demo },
        { "backup", "城市 --out 文件 [选项]", "把一个城市的全部记录备份成一个文件，网站开着也行", NULL, 1, 1, command_backup },
        { "restore", "城市 --from 文件 [选项]", "用备份恢复一个城市的记录", "先检查备份是否完整、是不是这个城市的；不写 --force 不动已有的数据。",
          1, 1, command_restore },
        { "serve", "[城市 …] [选项]", "启动网站", NULL, 0, 16, command_serve },
        { "dump", "城市 [选项]", "打印编译后的程序", NULL, 1, 1, command_dump },
};
const uint32_t COMMAND_COUNT = ARRAY_LENGTH(COMMANDS);

static void list_commands(Buffer *out) {
        buffer_add(out, STR("用法：leye 命令 [参数] [选项]\n\n"));
        for (uint32_t i = 0; i < COMMAND_COUNT; i++)
                buffer_format(out, "  %-9s %s\n", COMMANDS[i].name, COMMANDS[i].help);
        buffer_add(out, STR("\n每个命令都有 --help。城市是 cities/ 下的文件夹名，或者一个路径。\n"
                            "退出码：0 完成；1 输入有错；2 用法不对；3 机器或系统出了问题。\n"));
}

/* A file opened later must not take the place of a standard stream that was closed: writing to such a one fails. */
static void guard_streams(void) {
        for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; stream++)
                if (fcntl(stream, F_GETFD) < 0)
                        (void) !open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

static const Command *find_command(const char *name) {
        for (uint32_t i = 0; i < COMMAND_COUNT; i++)
                if (strcmp(COMMANDS[i].name, name) == 0)
                        return &COMMANDS[i];
        return NULL;
}

static int unknown_command(const char *name) {
        Str names[ARRAY_LENGTH(COMMANDS)], near;
        for (uint32_t i = 0; i < COMMAND_COUNT; i++)
                names[i] = str_from(COMMANDS[i].name);
        if (nearest_name(str_from(name), names, COMMAND_COUNT, &near))
                cli_say("没有“%s”这个命令，是否想写 %.*s；leye --help 列出全部命令", name, STR_ARG(near));
        else
                cli_say("没有“%s”这个命令；leye --help 列出全部命令", name);
        return EXIT_USAGE;
}

static bool is_help(const char *word) {
        return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "help") == 0;
}

int main(int argc, char **argv) {
        guard_streams();
        if (argc < 2) {
                cli_say("要写一个命令；leye --help 列出全部命令");
                return EXIT_USAGE;
        }
        if (is_help(argv[1]) && argc > 2) {
                const Command *about = find_command(argv[2]);
                char help[] = "--help", *arguments[] = { argv[2], help, NULL };
                return about ? about->run(about, 2, arguments) : unknown_command(argv[2]);
        }
        if (is_help(argv[1])) {
                Buffer out CLEAN(buffer_free) = buffer_new(HELP_CAP);
                list_commands(&out);
                return cli_output(&out);
        }
        const Command *command = find_command(argv[1]);
        return command ? command->run(command, argc - 1, argv + 1) : unknown_command(argv[1]);
}
