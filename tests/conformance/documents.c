/* See documents.h. */
#include "tests/conformance/documents.h"

#include "client/base/buf.h"
#include "client/item/doc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char CARD[] =
    "{'@type':'Card','version':'1.0','uid':'conf-%d-5d0e',"
    "'name':{'full':'Jürgen Müller%d','components':[{'kind':'given','value':'Jürgen'},"
    "{'kind':'surname','value':'Müller%d'}]},"
    "'emails':{'e1':{'address':'jm%d@example.test'}},"
    "'phones':{'p1':{'number':'+49 (30) 555-%d','features':{'mobile':true}}},"
    "'notes':{'n1':{'note':'Zwei Zeilen: eins\\nund zwei; Komma, Semikolon'}},"
    "'keywords':{'Freunde':true}}";

static const char EVENT[] =
    "{'@type':'Event','uid':'conf-%d-77aa','title':'Besprechung %d','start':'2026-12-0%dT09:30:00',"
    "'timeZone':'Europe/Berlin','duration':'PT1H30M','description':'Tagesordnung, Punkt %d',"
    "'locations':{'l1':{'name':'Raum %d'}},'keywords':{'Büro':true}}";

static const char TASK[] =
    "{'@type':'Task','uid':'conf-%d-91c3','title':'Aufgabe %d','due':'2026-12-%d%dT00:00:00',"
    "'showWithoutTime':true,'description':'Notiz %d'}";

static const char NOTE[] = "{'@type':'" DOC_NOTE "','uid':'conf-%d-40f2','title':'Zettel %d',"
                           "'description':'Milch\\nBrot, Käse; %d','keywords':{'Büro':true}}";

static struct json *parse_single_quoted(const char *text)
{
    char *copy = mem_strdup(text);
    for (char *p = copy; *p; p++) {
        *p = *p == '\'' ? '"' : *p;
    }
    struct json *v = NULL;
    if (json_parse(copy, strlen(copy), &v, NULL) != RC_OK) {
        abort();
    }
    free(copy);
    return v;
}

struct json *document_sample(enum item_kind kind, int n)
{
    int day = 1 + n % 9;
    CLEANUP(mem_free)
    char *text = kind == ITEM_CONTACT ? str_printf(CARD, n, n, n, n, 1000 + n)
                 : kind == ITEM_EVENT ? str_printf(EVENT, n, n, day, n, n)
                 : kind == ITEM_TASK  ? str_printf(TASK, n, n, n % 2 + 1, day, n)
                                      : str_printf(NOTE, n, n, n);
    return parse_single_quoted(text);
}

struct json *document_group(void)
{
    return parse_single_quoted("{'@type':'Card','version':'1.0','uid':'conf-group-11ab',"
                               "'kind':'group','name':{'full':'Verteiler Süd'},"
                               "'members':{'mailto:eva@example.test':true}}");
}

void document_edit(struct json *doc, enum item_kind kind, const char *text)
{
    if (kind == ITEM_CONTACT) {
        for (struct json *p = json_first(json_get(doc, "phones")); p; p = json_next(p)) {
            json_set_str(p, "number", text);
        }
    } else {
        json_set_str(doc, "title", text);
    }
}

bool document_has_edit(const struct json *got, enum item_kind kind, const char *text)
{
    if (kind != ITEM_CONTACT) {
        return str_eq(json_get_str(got, "title"), text);
    }
    const struct json *phones = json_get(got, "phones");
    return json_count(phones) == 1 && str_eq(json_get_str(json_first(phones), "number"), text);
}

bool document_contains(const struct json *got, const struct json *want)
{
    CLEANUP(json_free) struct json *copy = json_dup(got);
    doc_rekey(copy, want);
    CLEANUP(json_free) struct json *patch = doc_diff(want, copy);
    bool contains = true;
    for (const struct json *p = json_first(patch); p; p = json_next(p)) {
        const struct json *wanted = json_pointer(want, json_key(p));
        if (wanted) {
            CLEANUP(mem_free) char *a = json_print(wanted);
            CLEANUP(mem_free) char *b = json_print(p);
            printf("  %s: want %s, got %s\n", json_key(p), a, b);
            contains = false;
        }
    }
    return contains;
}
