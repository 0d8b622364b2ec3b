/* One list of what needs the user. */
#include "client/app/attention.h"

#include "client/base/buf.h"
#include "tests/unit/check.h"

static struct json *parsed(const char *text)
{
    struct json *v = NULL;
    return json_parse(text, strlen(text), &v, NULL) == RC_OK ? v : NULL;
}

/* "sort link title" of each row, a line each. Caller frees. */
static char *lines(const struct attention *a)
{
    struct buf text = BUF_INIT(BUF_DEFAULT_MAX);
    for (size_t i = 0; i < attention_count(a); i++) {
        const struct attention_row *row = attention_row(a, i);
        buf_addf(&text, "%d %s %s\n", row->sort, row->link, row->title);
    }
    return buf_take(&text);
}

static struct attention *sample(void)
{
    return attention_new(
        parsed("{\"held\":[{\"link\":\"p\",\"title\":\"Ada\",\"side\":\"right\",\"account\":\"O\","
               "\"action\":\"delete\",\"text\":\"many\",\"since\":5}]}"),
        parsed("{\"review\":["
               "{\"id\":3,\"link\":\"p\",\"left\":{\"account\":\"A\",\"text\":\"Bob\"},"
               "\"right\":{\"account\":\"O\",\"text\":\"Bob, 1\"},\"reasons\":\"same name\","
               "\"decision\":\"open\"},"
               "{\"id\":4,\"link\":\"p\",\"decision\":\"same\"}]}"),
        parsed("{\"conflicts\":["
               "{\"id\":7,\"link\":\"q\",\"title\":\"kept\",\"state\":\"kept\",\"fields\":[1],"
               "\"why\":\"own\",\"texts\":{\"left\":\"1\"}},"
               "{\"id\":8,\"link\":\"q\",\"title\":\"open\",\"state\":\"open\",\"fields\":[1]},"
               "{\"id\":9,\"link\":\"q\",\"title\":\"chosen\",\"state\":\"open\","
               "\"choice\":\"left\"}]}"),
        parsed("{\"links\":[{\"name\":\"q\",\"left\":{\"account\":\"A\"},\"problems\":["
               "{\"title\":\"Cy\",\"side\":\"left\",\"action\":\"read\",\"text\":\"bad\"},"
               "{\"title\":\"Ada\",\"side\":\"left\",\"held\":true}]}]}"));
}

static void test_order(struct check *c)
{
    CLEANUP(attention_free) struct attention *a = sample();
    CLEANUP(mem_free) char *text = lines(a);
    /* Decided doubts and chosen conflicts need nobody; what is held is told once. */
    check_str(c, text, "0 p Ada\n1 p Bob\n2 q open\n3 q Cy\n4 q kept\n");
    check_true(c, attention_row(a, 5) == NULL);
}

static void test_rows(struct check *c)
{
    CLEANUP(attention_free) struct attention *a = sample();
    const struct attention_row *held = attention_row(a, 0), *doubt = attention_row(a, 1);
    check_int(c, held->side, 1);
    check_str(c, held->account[1], "O");
    check_true(c, held->account[0] == NULL);
    check_str(c, held->reason, "many");
    check_int(c, held->since, 5);
    check_int(c, doubt->id, 3);
    check_str(c, doubt->text[1], "Bob, 1");
    check_str(c, doubt->reason, "same name");
    check_int(c, json_count(attention_row(a, 2)->fields), 1);
    check_true(c, !attention_row(a, 2)->texts && !attention_row(a, 2)->own);
    check_true(c, attention_row(a, 4)->texts && attention_row(a, 4)->own);
    check_str(c, attention_row(a, 3)->account[0], "A");
}

int main(int argc, char **argv)
{
    struct check c;
    check_init(&c, argc, argv);
    if (check_case(&c, "attention/order")) {
        test_order(&c);
    }
    if (check_case(&c, "attention/rows")) {
        test_rows(&c);
    }
    if (check_case(&c, "attention/nothing")) {
        CLEANUP(attention_free) struct attention *a = attention_new(NULL, NULL, NULL, NULL);
        check_int(&c, attention_count(a), 0);
    }
    return check_end(&c);
}
