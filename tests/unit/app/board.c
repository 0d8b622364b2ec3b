/* The main window's rows and what its button offers. */
#include "client/app/board.h"

#include "client/app/guess.h"
#include "client/base/buf.h"
#include "tests/unit/check.h"

static struct json *parsed(const char *text)
{
    struct json *v = NULL;
    struct buf quoted CLEANUP_FINI(buf_fini) = BUF_INIT(BUF_DEFAULT_MAX);
    for (; *text; text++) {
        buf_addc(&quoted, *text == '\'' ? '"' : *text);
    }
    return json_parse(buf_str(&quoted), quoted.len, &v, NULL) == RC_OK ? v : NULL;
}

static const char *const ACCOUNTS = "{'accounts':[{'name':'Office','type':'dav'},"
                                    "{'name':'Outlook','type':'outlook'},"
                                    "{'name':'Club','type':'dav'}]}";
static const char *const FOLDERS =
    "{'folders':["
    "{'account':'Outlook','path':'Mine/Contacts','name':'Contacts','id':'c1','kinds':['contact'],"
    "'writable':true,'default':true,'count':7},"
    "{'account':'Outlook','path':'Mine/Contacts/Club','name':'Club','id':'c2','kinds':['contact'],"
    "'writable':true},"
    "{'account':'Outlook','path':'Archive/Contacts','name':'Contacts','id':'c3',"
    "'kinds':['contact'],'writable':false},"
    "{'account':'Outlook','path':'Mine/Calendar','name':'Calendar','id':'k1','kinds':['event'],"
    "'writable':true,'default':true},"
    "{'account':'Office','path':'people','name':'people','id':'/p','kinds':['contact'],"
    "'writable':true,'default':true},"
    "{'account':'Office','path':'club','name':'CLUB','id':'/c','kinds':['contact'],"
    "'writable':false,'owner':'bob'},"
    "{'account':'Office','path':'any','name':'any','id':'/a','kinds':['event','task'],"
    "'writable':true}],"
    "'failed':[{'account':'Club','rc':'offline','error':'cannot be reached'}]}";
static const char *const STATUS =
    "{'links':[{'name':'People','kind':'contact','left':{'account':'Outlook','folder':'Mine/"
    "Contacts','id':'c1'},'right':{'account':'Office','folder':'people','id':'/p'},"
    "'direction':'two-way','enabled':true,'pairs':7,'doubtful':1,'conflicts':2,"
    "'last':{'time':99,'rc':'ok','text':'fine'},"
    "'problems':[{'held':true},{'held':false},{'held':true}]}]}";

/* "name(parent)" of each row. Caller frees. */
static char *tree(const struct board *b, enum board_side side)
{
    struct buf text = BUF_INIT(BUF_DEFAULT_MAX);
    for (size_t i = 0; i < board_count(b, side); i++) {
        const struct board_row *row = board_row(b, side, i);
        const struct board_row *above = board_row(b, side, row->parent);
        buf_addf(&text, "%s%s(%s)", i ? " " : "", row->name, above ? above->name : "-");
    }
    return buf_take(&text);
}

static size_t row_named(const struct board *b, enum board_side side, const char *id)
{
    size_t i = 0;
    while (i < board_count(b, side) && !str_eq(board_row(b, side, i)->id, id)) {
        i++;
    }
    return i;
}

static enum board_action offered(const struct board *b, const char *left, const char *right)
{
    return board_offer(b, left ? row_named(b, BOARD_LEFT, left) : BOARD_NONE,
        right ? row_named(b, BOARD_RIGHT, right) : BOARD_NONE)
        .action;
}

static void test_trees(struct check *c, const struct board *b)
{
    CLEANUP(mem_free) char *left = tree(b, BOARD_LEFT);
    CLEANUP(mem_free) char *right = tree(b, BOARD_RIGHT);
    check_str(c, left,
        "Outlook(-) Mine(Outlook) Contacts(Mine) Club(Contacts) Archive(Outlook) "
        "Contacts(Archive) Calendar(Mine)");
    check_str(c, right, "Office(-) people(Office) CLUB(Office) any(Office) Club(-)");
    const struct board_row *contacts = board_row(b, BOARD_LEFT, 2);
    check_str(c, contacts->link, "People");
    check_int(c, contacts->count, 7);
    check_int(c, board_row(b, BOARD_LEFT, 3)->count, -1);
    check_str(c, board_row(b, BOARD_RIGHT, 4)->error, "cannot be reached");
    check_str(c, board_row(b, BOARD_RIGHT, 2)->owner, "bob");
    check_true(c, board_row(b, BOARD_LEFT, 99) == NULL);
}

static void test_offer(struct check *c, const struct board *b)
{
    check_int(c, offered(b, NULL, "/p"), BOARD_CHOOSE);
    check_int(c, board_offer(b, 1, 1).action, BOARD_CHOOSE); /* a store is no folder */
    check_int(c, offered(b, "c1", "/p"), BOARD_CAN_UNLINK);
    check_int(c, offered(b, "c2", "/p"), BOARD_CAN_LINK);
    check_int(c, offered(b, "k1", "/p"), BOARD_OTHER_KIND);
    check_int(c, offered(b, "c3", "/c"), BOARD_READ_ONLY);
    check_int(c, offered(b, "c2", "/c"), BOARD_CAN_LINK); /* one way */
    check_str(c,
        board_offer(b, row_named(b, BOARD_LEFT, "c1"), row_named(b, BOARD_RIGHT, "/p")).link,
        "People");
}

static void test_propose(struct check *c, const struct board *b)
{
    struct board_proposal p =
        board_propose(b, BOARD_RIGHT, row_named(b, BOARD_LEFT, "k1"), BOARD_NONE);
    check_str(c, p.account, "Office"); /* the first there */
    check_str(c, p.name, "Calendar");
    check_int(c, p.kind, ITEM_EVENT);
    p = board_propose(b, BOARD_RIGHT, row_named(b, BOARD_LEFT, "c1"), 4);
    check_str(c, p.account, "Club");
    check_true(c, p.name == NULL); /* it has its counterpart */
    check_int(c, p.kind, ITEM_CONTACT);
    p = board_propose(b, BOARD_LEFT, BOARD_NONE, row_named(b, BOARD_RIGHT, "/a"));
    check_str(c, p.account, "Outlook");
    check_str(c, p.name, "any");
    check_int(c, p.kind, ITEM_EVENT);                                    /* the first of several */
    p = board_propose(b, BOARD_LEFT, row_named(b, BOARD_LEFT, "k1"), 0); /* a server is no folder */
    check_true(c, p.name == NULL);
    check_int(c, p.kind, ITEM_EVENT);
    struct board *empty = board_new(NULL, NULL, NULL);
    check_true(c, board_propose(empty, BOARD_RIGHT, 3, 3).account == NULL);
    board_free(empty);
}

static void test_links(struct check *c, const struct board *b)
{
    const struct board_link *link = board_link(b, 0);
    check_int(c, board_link_count(b), 1);
    check_int(c, link->held, 2);
    check_int(c, link->failed, 1);
    check_int(c, link->conflicts, 2);
    check_int(c, link->last, 99);
    check_true(c, board_link_needs_user(link));
    check_true(c, board_link(b, 1) == NULL);
}

static void test_matches(struct check *c, const struct board *b)
{
    struct board_match found[4];
    /* "Club" has its namesake; "Contacts" is linked, the archive's no standard folder; "any" holds
     * two kinds, and its name is nobody's. */
    check_int(c, board_matches(b, found, ARRAY_LEN(found)), 1);
    check_str(c, board_row(b, BOARD_LEFT, found[0].left)->id, "c2");
    check_str(c, board_row(b, BOARD_RIGHT, found[0].right)->id, "/c");
    check_int(c, found[0].kind, ITEM_CONTACT);
    check_int(c, board_matches(b, found, 0), 1);
}

/* Two namesakes on one side: nobody knows which is meant. */
static void test_ambiguous(struct check *c)
{
    CLEANUP(board_free)
    struct board *b =
        board_new(parsed("{'accounts':[{'name':'a','type':'vdir'},{'name':'b','type':'vdir'},"
                         "{'name':'c','type':'vdir'}]}"),
            parsed("{'folders':[{'account':'a','path':'x','name':'x','id':'x','kinds':['contact']},"
                   "{'account':'b','path':'x','name':'x','id':'x','kinds':['contact']},"
                   "{'account':'c','path':'x','name':'X','id':'x','kinds':['contact']}]}"),
            NULL);
    struct board_match found[4];
    check_int(c, board_matches(b, found, ARRAY_LEN(found)), 0);
    check_int(c, board_count(b, BOARD_LEFT), 2); /* without Outlook the first account */
    check_int(c, board_count(b, BOARD_RIGHT), 4);
}

static const struct {
    const char *name, *typed, *url, *user, *account;
    bool plain;
} guesses[] = {
    {"guess/host", " dav.example.org ", "https://dav.example.org", NULL, "dav.example.org", false},
    {"guess/mail", "ada@example.org", "https://example.org", "ada@example.org", "example.org",
        false},
    {"guess/url", "https://www.example.org:8443/dav/", "https://www.example.org:8443/dav/", NULL,
        "example.org", false},
    {"guess/plain", "http://127.0.0.1:5232", "http://127.0.0.1:5232", NULL, "127.0.0.1", true},
    {"guess/ipv6", "https://[::1]:8443/", "https://[::1]:8443/", NULL, "[--1]", false},
    {"guess/empty", "  ", NULL, NULL, NULL, false},
    {"guess/spaces", "my server", NULL, NULL, NULL, false},
    {"guess/other-scheme", "ftp://example.org", NULL, NULL, NULL, false},
    {"guess/no-host", "https:///dav", NULL, NULL, NULL, false},
    {"guess/user-in-url", "https://ada@example.org/", NULL, NULL, NULL, false},
    {"guess/no-domain", "ada@", NULL, NULL, NULL, false},
    {"guess/no-local-part", "@example.org", NULL, NULL, NULL, false},
};

static void test_guess(struct check *c, size_t i)
{
    struct guess g CLEANUP_FINI(guess_fini) = {0};
    struct err err = ERR_INIT;
    enum rc rc = guess_server(guesses[i].typed, &g, &err);
    check_int(c, rc, guesses[i].url ? RC_OK : RC_INVALID);
    check_str(c, g.url, guesses[i].url);
    check_str(c, g.user, guesses[i].user);
    check_str(c, g.name, guesses[i].account);
    check_int(c, g.plain, guesses[i].plain);
    check_true(c, rc == RC_OK || err.text);
    err_fini(&err);
}

int main(int argc, char **argv)
{
    struct check c;
    check_init(&c, argc, argv);
    CLEANUP(board_free)
    struct board *b = board_new(parsed(ACCOUNTS), parsed(FOLDERS), parsed(STATUS));
    if (check_case(&c, "board/trees")) {
        test_trees(&c, b);
    }
    if (check_case(&c, "board/offer")) {
        test_offer(&c, b);
    }
    if (check_case(&c, "board/propose")) {
        test_propose(&c, b);
    }
    if (check_case(&c, "board/links")) {
        test_links(&c, b);
    }
    if (check_case(&c, "board/matches")) {
        test_matches(&c, b);
    }
    if (check_case(&c, "board/ambiguous")) {
        test_ambiguous(&c);
    }
    if (check_case(&c, "board/nothing-known")) {
        CLEANUP(board_free) struct board *empty = board_new(NULL, NULL, NULL);
        check_int(&c, board_count(empty, BOARD_LEFT), 0);
        check_int(&c, board_offer(empty, 0, 0).action, BOARD_CHOOSE);
    }
    for (size_t i = 0; i < ARRAY_LEN(guesses); i++) {
        if (check_case(&c, guesses[i].name)) {
            test_guess(&c, i);
        }
    }
    return check_end(&c);
}
