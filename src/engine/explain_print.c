/* Explanations as lines for a terminal or a letter, and as JSON for programs. */
#include "engine/explain.h"

static const char indent[] = "                        ";

static void line(Buffer *out, uint32_t depth, Str who, Str text) {
        buffer_format(out, "%.*s%s%.*s%s%.*s\n", (int) (2 * (depth < 12 ? depth : 12)), indent, depth > 1 ? "- " : "",
                      STR_ARG(who), who.length > 0 ? "：" : "", STR_ARG(text));
}

/* ---- text -------------------------------------------------------------------------------------------- */

static void text_findings(const Finding *findings, uint32_t count, uint32_t depth, Buffer *out) {
        for (uint32_t at = 0; at < count; at++) {
                line(out, depth, findings[at].who, findings[at].text);
                text_findings(findings[at].parts, findings[at].part_count, depth + 1, out);
        }
}

static void text_lack(const Lack *lack, uint32_t depth, Buffer *out) {
        for (uint32_t at = 0; at < lack->fact_count; at++) {
                const MissingFact *fact = &lack->facts[at];
                buffer_format(out, "%.*s- 还缺：%.*s%s%.*s%s%.*s\n", (int) (2 * depth), indent, STR_ARG(fact->who),
                              fact->who.length > 0 ? "的" : "", STR_ARG(fact->name),
                              fact->question.length > 0 ? "，请回答：" : "，以登记记录为准",
                              STR_ARG(fact->question));
        }
        for (uint32_t at = 0; at < lack->parameter_count; at++)
                line(out, depth, STR(""), lack->parameters[at].text);
        for (uint32_t at = 0; at < lack->judgement_count; at++) {
                const Judgement *judgement = &lack->judgements[at];
                buffer_format(out, "%.*s- 需人工认定：%.*s%s%.*s\n", (int) (2 * depth), indent, STR_ARG(judgement->text),
                              judgement->decider.length > 0 ? "，由" : "", STR_ARG(judgement->decider));
        }
}

static Str truth_mark(int64_t truth) {
        return truth == TRUTH_YES ? STR("符合") : truth == TRUTH_NO ? STR("不符合") : STR("未定");
}

static void text_condition(const ExplainedCondition *explained, Buffer *out) {
        const Condition *condition = explained->condition;
        Str              mark = truth_mark(explained->truth);
        buffer_format(out, "  [%.*s] %s%.*s", STR_ARG(mark), condition->exclusion ? "排除：" : "",
                      STR_ARG(explained->words));
        if (condition->cite.length > 0)
                buffer_format(out, "（%.*s）", STR_ARG(condition->cite));
        buffer_add(out, explained->provisional ? STR("（按缺省推定）\n") : STR("\n"));
        if (explained->truth == TRUTH_NO && condition->because.length > 0)
                buffer_format(out, "    因为：%.*s\n", STR_ARG(condition->because));
        text_findings(explained->findings, explained->finding_count, 2, out);
        text_lack(&explained->lack, 2, out);
}

static void text_output(const ExplainedOutput *explained, Buffer *out) {
        Str label = explained->output->label;
        if (explained->value.length > 0)
                buffer_format(out, "    %.*s：%.*s%s\n", STR_ARG(label), STR_ARG(explained->value),
                              explained->provisional ? "（按缺省推定）" : "");
        else
                buffer_format(out, "    %.*s：暂时算不出\n", STR_ARG(label));
        if (explained->worked.length > 0)
                buffer_format(out, "      算法：%.*s\n", STR_ARG(explained->worked));
        if (explained->rounding.length > 0)
                buffer_format(out, "      取整：%.*s\n", STR_ARG(explained->rounding));
        for (uint32_t at = 0; at < explained->parameter_count; at++) {
                const ParameterUse *use = &explained->parameters[at];
                buffer_format(out, "      标准：%.*s %.*s", STR_ARG(use->name), STR_ARG(use->value));
                if (use->replaced)
                        buffer_add(out, STR("（模拟或示范数值，非政策）"));
                if (use->from.length > 0)
                        buffer_format(out, "，自%.*s", STR_ARG(use->from));
                if (use->cite.length > 0)
                        buffer_format(out, "，%.*s", STR_ARG(use->cite));
                buffer_byte(out, '\n');
        }
        text_lack(&explained->lack, 3, out);
}

static void text_benefit(const ExplainedBenefit *explained, Buffer *out) {
        if (!explained->possible)
                return;
        buffer_format(out, "  待遇 %.*s", STR_ARG(explained->benefit->name));
        if (explained->benefit->cite.length > 0)
                buffer_format(out, "（%.*s）", STR_ARG(explained->benefit->cite));
        buffer_byte(out, '\n');
        if (explained->benefit->content.length > 0)
                buffer_format(out, "    内容：%.*s\n", STR_ARG(explained->benefit->content));
        text_lack(&explained->lack, 2, out);
        for (uint32_t at = 0; at < explained->output_count; at++)
                text_output(&explained->outputs[at], out);
        for (uint32_t at = 0; at < explained->year_count; at++) {
                const ExplainedYears *years = &explained->years[at];
                buffer_format(out, "    贴息 第%u年", years->from_year);
                if (years->to_year != years->from_year)
                        buffer_format(out, "至第%u年", years->to_year);
                buffer_format(out, "：%.*s\n", STR_ARG(years->share.length > 0 ? years->share : STR("未定")));
        }
        for (uint32_t at = 0; at < explained->row_count; at++) {
                const ExplainedRow *row = &explained->rows[at];
                Str                 value = row->value.length > 0 ? row->value : truth_mark(row->truth);
                buffer_format(out, "    %.*s：%.*s\n", STR_ARG(row->who), STR_ARG(value));
        }
}

void explanation_text(const Explanation *explanation, Buffer *out) {
        buffer_format(out, "%.*s：%.*s\n  %.*s\n", STR_ARG(explanation->policy->name),
                      STR_ARG(answer_text(explanation->answer)), STR_ARG(explanation->headline));
        for (uint32_t at = 0; at < explanation->condition_count; at++)
                text_condition(&explanation->conditions[at], out);
        for (uint32_t at = 0; at < explanation->assumption_count; at++) {
                const Assumption *assumption = &explanation->assumptions[at];
                buffer_format(out, "  按缺省推定：%.*s%s%.*s = %.*s\n", STR_ARG(assumption->who),
                              assumption->who.length > 0 ? "的" : "", STR_ARG(assumption->name),
                              STR_ARG(assumption->value));
        }
        for (uint32_t at = 0; at < explanation->benefit_count; at++)
                text_benefit(&explanation->benefits[at], out);
}

/* ---- JSON -------------------------------------------------------------------------------------------- */

/* A member that is left out when there is nothing to say. */
static void json_member(Json *json, const char *key, Str value) {
        if (value.length == 0)
                return;
        json_key(json, key);
        json_text(json, value);
}

static void json_flag(Json *json, const char *key, bool value) {
        if (!value)
                return;
        json_key(json, key);
        json_bool(json, true);
}

static void json_truth(Json *json, const char *key, int64_t truth) {
        json_key(json, key);
        if (truth == TRUTH_UNKNOWN)
                json_nothing(json);
        else
                json_bool(json, truth == TRUTH_YES);
}

static void json_findings(Json *json, const char *key, const Finding *findings, uint32_t count) {
        static const Str kinds[] = { [FINDING_COMPARISON] = STR_INIT("comparison"),
                                     [FINDING_FACT] = STR_INIT("fact"),
                                     [FINDING_ALTERNATIVES] = STR_INIT("alternatives"),
                                     [FINDING_GROUP] = STR_INIT("group") };
        if (count == 0)
                return;
        json_key(json, key);
        json_open_array(json);
        for (uint32_t at = 0; at < count; at++) {
                const Finding *finding = &findings[at];
                json_open_object(json);
                json_member(json, "kind", kinds[finding->kind]);
                json_member(json, "text", finding->text);
                json_member(json, "who", finding->who);
                json_member(json, "name", finding->name);
                json_member(json, "value", finding->value);
                json_member(json, "limit", finding->limit);
                json_member(json, "gap", finding->gap);
                json_flag(json, "provisional", finding->provisional);
                json_findings(json, "parts", finding->parts, finding->part_count);
                json_end(json);
        }
        json_end(json);
}

static void json_open_parameters(Json *json, const Lack *lack) {
        if (lack->parameter_count == 0)
                return;
        json_key(json, "open");
        json_open_array(json);
        for (uint32_t at = 0; at < lack->parameter_count; at++) {
                const OpenParameter *open = &lack->parameters[at];
                json_open_object(json);
                json_member(json, "name", open->name);
                json_member(json, "atLeast", open->at_least);
                json_member(json, "atMost", open->at_most);
                json_member(json, "decider", open->decider);
                json_member(json, "text", open->text);
                json_flag(json, "noVersion", open->no_version);
                json_end(json);
        }
        json_end(json);
}

static void json_lack(Json *json, const Lack *lack) {
        if (lack->fact_count > 0) {
                json_key(json, "missing");
                json_open_array(json);
                for (uint32_t at = 0; at < lack->fact_count; at++) {
                        json_open_object(json);
                        json_member(json, "name", lack->facts[at].name);
                        json_member(json, "who", lack->facts[at].who);
                        json_member(json, "question", lack->facts[at].question);
                        json_end(json);
                }
                json_end(json);
        }
        json_open_parameters(json, lack);
        if (lack->judgement_count == 0)
                return;
        json_key(json, "judgements");
        json_open_array(json);
        for (uint32_t at = 0; at < lack->judgement_count; at++) {
                json_open_object(json);
                json_member(json, "text", lack->judgements[at].text);
                json_member(json, "who", lack->judgements[at].who);
                json_member(json, "decider", lack->judgements[at].decider);
                json_end(json);
        }
        json_end(json);
}

static void json_output(Json *json, const ExplainedOutput *explained) {
        json_open_object(json);
        json_member(json, "label", explained->output->label);
        json_member(json, "value", explained->value);
        json_flag(json, "bound", explained->bounded);
        json_member(json, "formula", explained->output->formula);
        json_member(json, "worked", explained->worked);
        json_member(json, "rounding", explained->rounding);
        json_flag(json, "provisional", explained->provisional);
        if (explained->parameter_count > 0) {
                json_key(json, "parameters");
                json_open_array(json);
                for (uint32_t at = 0; at < explained->parameter_count; at++) {
                        json_open_object(json);
                        json_member(json, "name", explained->parameters[at].name);
                        json_member(json, "value", explained->parameters[at].value);
                        json_member(json, "from", explained->parameters[at].from);
                        json_member(json, "cite", explained->parameters[at].cite);
                        json_flag(json, "replaced", explained->parameters[at].replaced);
                        json_end(json);
                }
                json_end(json);
        }
        json_lack(json, &explained->lack);
        json_end(json);
}

static void json_years(Json *json, const ExplainedBenefit *explained) {
        if (explained->year_count == 0)
                return;
        json_key(json, "interestYears");
        json_open_array(json);
        for (uint32_t at = 0; at < explained->year_count; at++) {
                json_open_object(json);
                json_key(json, "from");
                json_int(json, explained->years[at].from_year);
                json_key(json, "to");
                json_int(json, explained->years[at].to_year);
                json_member(json, "share", explained->years[at].share);
                json_end(json);
        }
        json_end(json);
}

static void json_benefit(Json *json, const ExplainedBenefit *explained) {
        json_open_object(json);
        json_member(json, "name", explained->benefit->name);
        json_member(json, "cite", explained->benefit->cite);
        json_member(json, "content", explained->benefit->content);
        json_truth(json, "due", explained->truth);
        json_lack(json, &explained->lack);
        json_key(json, "outputs");
        json_open_array(json);
        for (uint32_t at = 0; at < explained->output_count; at++)
                json_output(json, &explained->outputs[at]);
        json_end(json);
        json_years(json, explained);
        if (explained->row_count > 0) {
                json_key(json, "rows");
                json_open_array(json);
                for (uint32_t at = 0; at < explained->row_count; at++) {
                        json_open_object(json);
                        json_member(json, "who", explained->rows[at].who);
                        json_truth(json, "due", explained->rows[at].truth);
                        json_member(json, "value", explained->rows[at].value);
                        json_end(json);
                }
                json_end(json);
        }
        json_end(json);
}

static void json_condition(Json *json, const ExplainedCondition *explained) {
        json_open_object(json);
        json_member(json, "text", explained->condition->text);
        json_flag(json, "exclusion", explained->condition->exclusion);
        json_member(json, "because", explained->condition->because);
        json_member(json, "cite", explained->condition->cite);
        json_truth(json, "truth", explained->truth);
        json_flag(json, "provisional", explained->provisional);
        json_findings(json, "findings", explained->findings, explained->finding_count);
        json_lack(json, &explained->lack);
        json_end(json);
}

void explanation_json(const Explanation *explanation, Json *json) {
        json_open_object(json);
        json_member(json, "policy", explanation->policy->name);
        json_member(json, "cite", explanation->policy->cite);
        json_member(json, "answer", answer_text(explanation->answer));
        json_flag(json, "provisional", explanation->provisional);
        json_member(json, "headline", explanation->headline);
        json_key(json, "conditions");
        json_open_array(json);
        for (uint32_t at = 0; at < explanation->condition_count; at++)
                json_condition(json, &explanation->conditions[at]);
        json_end(json);
        json_lack(json, &explanation->lack);
        if (explanation->assumption_count > 0) {
                json_key(json, "assumptions");
                json_open_array(json);
                for (uint32_t at = 0; at < explanation->assumption_count; at++) {
                        json_open_object(json);
                        json_member(json, "name", explanation->assumptions[at].name);
                        json_member(json, "who", explanation->assumptions[at].who);
                        json_member(json, "value", explanation->assumptions[at].value);
                        json_member(json, "question", explanation->assumptions[at].question);
                        json_end(json);
                }
                json_end(json);
        }
        json_key(json, "benefits");
        json_open_array(json);
        for (uint32_t at = 0; at < explanation->benefit_count; at++)
                if (explanation->benefits[at].possible)
                        json_benefit(json, &explanation->benefits[at]);
        json_end(json);
        json_end(json);
}
