/* The table of commands, and the choice among them. */
#include "cli/cli.h"

#include <stdio.h>
#include <string.h>

const Command COMMANDS[] = {
        { "check", "城市 [选项]", "检查一个城市的文件：名称、单位、范围、矛盾；没有问题就不说话", NULL, 1, 1, command_check },
        { "format", "文件 … [选项]", "把 leye 代码块排成统一的样子；正文和注释一字不动", NULL, 1, 64, command_format },
        { "test", "城市 [选项]", "运行文件里的全部例子", NULL, 1, 1, command_test },
        { "coverage", "城市 [选项]", "每一条由哪些声明承载，有几个例子；哪一条没有", NULL, 1, 1, command_coverage },
        { "explain", "城市 [政策] [选项]", "说明一个人为什么能或不能享受",
          "用 --fact 给出已知的事实，或者用 --data 和 --id 指定数据里的一行。不写政策就说明全部。", 1, 2, command_explain },
        { "ask", "城市 [选项]", "在终端里一问一答，算一算能享受什么", NULL, 1, 1, command_ask },
        { "scan", "城市 --data 文件夹 [选项]", "对全部数据逐人、逐户、逐企业计算，按政策和区县汇总", NULL, 1, 1, command_scan },
        { "simulate", "城市 --data 文件夹 --set 参数=值 [选项]", "改动参数，比较前后：谁得、谁失、多少钱", NULL, 1, 1,
          command_simulate },
        { "sql", "城市 [选项]", "生成在业务数据库里运行的 SQL", NULL, 1, 1, command_sql },
        { "synth", "城市 --persons 人数 --out 文件夹 [选项]", "造一套虚构的人口数据，供演示和测算", NULL, 1, 1, command_synth },
        { "serve", "[城市 …] [选项]", "启动网站", NULL, 0, 16, command_serve },
        { "dump", "城市 [选项]", "打印编译后的程序", NULL, 1, 1, command_dump },
};
const uint32_t COMMAND_COUNT = ARRAY_LENGTH(COMMANDS);

static void print_commands(FILE *out) {
        (void) fprintf(out, "用法：leye 命令 [参数] [选项]\n\n");
        for (uint32_t i = 0; i < COMMAND_COUNT; i++)
                (void) fprintf(out, "  %-9s %s\n", COMMANDS[i].name, COMMANDS[i].help);
        (void) fprintf(out, "\n每个命令都有 --help。城市是 cities/ 下的文件夹名，或者一个路径。\n");
}

int main(int argc, char **argv) {
        if (argc < 2) {
                print_commands(stderr);
                return EXIT_USAGE;
        }
        if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0) {
                print_commands(stdout);
                return EXIT_DONE;
        }
        for (uint32_t i = 0; i < COMMAND_COUNT; i++)
                if (strcmp(COMMANDS[i].name, argv[1]) == 0)
                        return COMMANDS[i].run(&COMMANDS[i], argc - 1, argv + 1);
        cli_say("没有“%s”这个命令；leye --help 列出全部命令", argv[1]);
        return EXIT_USAGE;
}
