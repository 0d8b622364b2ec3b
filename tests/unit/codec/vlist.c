/* SOGo's lists: reading, which lines an edit touches, new ones. */
#include "client/codec/vlist.h"

#include "tests/unit/codec/codec_test.h"

static const char LIST[] = "BEGIN:VLIST\r\nUID:4250-586.vlf\r\nVERSION:1.0\r\nFN:Simpsons\r\n"
                           "X-OWN;A=\"b;c\":kept\r\n"
                           "CARD;EMAIL=homer@example.com;FN=\"Simpson, Homer\":5228bf7b.vcf\r\n"
                           "CARD;FN=Marge:c520.vcf\r\n"
                           "X-ADDRESSBOOKSERVER-MEMBER;CN=Eva:mailto:eva@example.com\r\n"
                           "END:VLIST\r\n";

static struct json *read(struct check *c, const char *text)
{
    struct json *card = NULL;
    struct err err = ERR_INIT;
    check_ok(c, vlist_read(text, strlen(text), &card, &err), &err);
    err_fini(&err);
    return card;
}

static char *write(struct check *c, const char *native, const struct json *card)
{
    char *text = NULL;
    struct err err = ERR_INIT;
    check_ok(c, vlist_write(native, card, &text, &err), &err);
    err_fini(&err);
    return text;
}

static void test_read(struct check *c)
{
    CLEANUP(json_free) struct json *card = read(c, LIST);
    CLEANUP(mem_free) char *text = json_print_canonical(card);
    check_str(c, text,
        "{\"@type\":\"Card\",\"kind\":\"group\",\"lockstep.example:memberCards\":"
        "{\"mailto:eva@example.com\":{\"name\":\"Eva\"},"
        "\"x-item:5228bf7b.vcf\":{\"email\":\"homer@example.com\",\"name\":\"Simpson, Homer\"},"
        "\"x-item:c520.vcf\":{\"name\":\"Marge\"}},"
        "\"members\":{\"mailto:eva@example.com\":true,\"x-item:5228bf7b.vcf\":true,"
        "\"x-item:c520.vcf\":true},\"name\":{\"full\":\"Simpsons\"},\"uid\":\"4250-586.vlf\","
        "\"version\":\"1.0\"}");
    CLEANUP(mem_free) char *same = write(c, LIST, card);
    check_str(c, same, LIST);
    check_true(c, vlist_is("\r\nbegin:vlist\r\n") && !vlist_is("BEGIN:VCARD") && !vlist_is(NULL));
}

static void test_edit(struct check *c)
{
    CLEANUP(json_free) struct json *card = read(c, LIST);
    json_set_str(json_get(card, "name"), "full", "The Simpsons; all");
    json_remove(json_get(card, "members"), "x-item:c520.vcf");
    json_remove(json_get(card, "members"), "mailto:eva@example.com");
    json_set_bool(json_get(card, "members"), "x-item:/SOGo/dav/u/Contacts/p/bart.vcf", true);
    json_set_bool(json_get(card, "members"), "mailto:moe@example.com", true);
    struct json *bart = json_need_object(
        json_get(card, DOC_MEMBER_CARDS), "x-item:/SOGo/dav/u/Contacts/p/bart.vcf");
    json_set_str(bart, "name", "Bart: \"El Barto\"");
    json_set_str(bart, "email", "bart@example.com");
    CLEANUP(mem_free) char *text = write(c, LIST, card);
    CLEANUP(mem_free) char *difference = line_difference(LIST, text);
    check_str(c, difference,
        "-FN:Simpsons\n-CARD;FN=Marge:c520.vcf\n"
        "-X-ADDRESSBOOKSERVER-MEMBER;CN=Eva:mailto:eva@example.com\n"
        "+FN:The Simpsons\\; all\n"
        "+CARD;EMAIL=bart@example.com;FN=\"Bart: ^'El Barto^'\":bart.vcf\n"
        "+X-ADDRESSBOOKSERVER-MEMBER:mailto:moe@example.com\n");
    CLEANUP(json_free) struct json *again = read(c, text);
    check_str(c,
        json_get_str(json_get(json_get(again, DOC_MEMBER_CARDS), "x-item:bart.vcf"), "name"),
        "Bart: \"El Barto\"");
}

static void test_new(struct check *c)
{
    CLEANUP(json_free) struct json *card = read(c, LIST);
    CLEANUP(mem_free) char *text = write(c, NULL, card);
    check_true(c, str_starts(text, "BEGIN:VLIST\r\nUID:4250-586.vlf\r\nVERSION:1.0\r\n"));
    CLEANUP(json_free) struct json *again = read(c, text);
    CLEANUP(mem_free) char *want = json_print_canonical(card), *got = json_print_canonical(again);
    check_str(c, got, want);
}

static void test_bad(struct check *c)
{
    static const char *const bad[] = {"", "BEGIN:VLIST\r\n", "BEGIN:VCARD\r\nEND:VCARD\r\n",
        "BEGIN:VLIST\r\nEND:VLIST\r\nBEGIN:VLIST\r\nEND:VLIST\r\n",
        "BEGIN:VLIST\r\nFN:\xff\r\nEND:VLIST\r\n"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct json *card = NULL;
        check_int(c, vlist_read(bad[i], strlen(bad[i]), &card, NULL), RC_INVALID);
    }
}

int main(int argc, char **argv)
{
    static const struct check_entry CASES[] = {{"vlist/read", test_read}, {"vlist/edit", test_edit}, {"vlist/new", test_new},
        {"vlist/bad", test_bad}};
    return check_main(argc, argv, CASES, ARRAY_LEN(CASES));
}
