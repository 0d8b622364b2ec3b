/* The table of large texts: see blob.h. */
#include "client/state/blob.h"

#include "client/base/map.h"
#include "client/base/sha256.h"
#include "client/state/internal.h"

#include <string.h>

bool state_in_transaction(const struct state *s)
{
    return db_in_transaction(s->db);
}

enum rc state_blob_put(struct state *s, const char *hash, const char *text, struct err *err)
{
    return db_run(
        s->db, err, "INSERT OR IGNORE INTO blob(hash, data) VALUES(?,?)", "tt", hash, text);
}

enum rc state_blob_get(struct state *s, const char *hash, char **ret_text, struct err *err)
{
    struct db_row *row;
    char *text = NULL;
    enum rc rc = db_query(s->db, err, &row, "SELECT data FROM blob WHERE hash=?", "t", hash);
    while (rc == RC_OK && db_next(row, &rc, err)) {
        free(text);
        text = db_text(row, 0);
    }
    if (rc == RC_OK && !text) {
        return err_set(err, RC_NOT_FOUND, 0, "the state file does not have it");
    }
    if (rc != RC_OK) {
        free(text);
        return rc;
    }
    *ret_text = text;
    return RC_OK;
}

/* Every column that may hold a document or a native form. A new one belongs in here: what is not
 * looked through loses its photos. */
static const char *const HOLDERS[] = {
    "SELECT left_doc||ifnull(left_native,'')||ifnull(left_patch,'')||right_doc"
    "||ifnull(right_native,'')||ifnull(right_patch,'') FROM body",
    "SELECT ifnull(doc,'')||ifnull(patch,'') FROM intent",
    "SELECT ifnull(doc,'')||ifnull(native,'') FROM before_image",
    "SELECT ifnull(left_doc,'')||ifnull(left_back,'')||ifnull(left_forth,'')||ifnull(right_doc,'')"
    "||ifnull(right_back,'')||ifnull(right_forth,'') FROM change",
    "SELECT ifnull(base,'')||left_value||right_value||ifnull(settled,'')||ifnull(own,'') FROM conflict",
};

static void note_hashes(struct map *used, const char *text)
{
    for (const char *p = text; (p = strstr(p, BLOB_MARK));) {
        p += strlen(BLOB_MARK);
        const char *end = p + strcspn(p, "\"\\\x01");
        for (const char *at = p; at + SHA256_HEX <= end; at++) {
            if (strspn(at, "0123456789abcdef") >= SHA256_HEX) {
                CLEANUP(mem_free) char *hash = mem_strndup(at, SHA256_HEX);
                map_put(used, hash, used);
                break;
            }
        }
    }
}

static enum rc find_used(struct state *s, struct map *used, struct err *err)
{
    enum rc rc = RC_OK;
    for (size_t i = 0; i < ARRAY_LEN(HOLDERS) && rc == RC_OK; i++) {
        struct db_row *row;
        rc = db_query(s->db, err, &row, HOLDERS[i], "");
        while (rc == RC_OK && db_next(row, &rc, err)) {
            CLEANUP(mem_free) char *text = db_text(row, 0);
            note_hashes(used, text ? text : "");
        }
    }
    return rc;
}

static enum rc drop_unused(
    struct state *s, const struct map *used, long *ret_count, struct err *err)
{
    CLEANUP(map_free) struct map *gone = map_new();
    struct db_row *row;
    enum rc rc = db_query(s->db, err, &row, "SELECT hash FROM blob", "");
    while (rc == RC_OK && db_next(row, &rc, err)) {
        CLEANUP(mem_free) char *hash = db_text(row, 0);
        if (!map_has(used, hash)) {
            map_put(gone, hash, gone);
        }
    }
    const char *hash;
    for (size_t i = 0; rc == RC_OK && map_entry(gone, &i, &hash, NULL);) {
        rc = db_run(s->db, err, "DELETE FROM blob WHERE hash=?", "t", hash);
    }
    *ret_count = (long)map_count(gone);
    return rc;
}

enum rc state_blobs_prune(struct state *s, long *ret_count, struct err *err)
{
    CLEANUP(map_free) struct map *used = map_new();
    *ret_count = 0;
    enum rc rc = state_begin(s, err);
    if (rc == RC_OK) {
        rc = find_used(s, used, err);
        if (rc == RC_OK) {
            rc = drop_unused(s, used, ret_count, err);
        }
        if (rc == RC_OK) {
            return state_commit(s, err);
        }
        state_rollback(s);
    }
    return rc;
}

enum rc state_look_again(struct state *s, int64_t link, const char *text, struct err *err)
{
    enum rc rc = db_run(s->db, err,
        "UPDATE pair SET left_look=1 WHERE link=? AND left_look=0 AND id IN"
        " (SELECT pair FROM body WHERE instr(left_doc,?)>0)",
        "it", link, text);
    if (rc == RC_OK) {
        rc = db_run(s->db, err,
            "UPDATE pair SET right_look=1 WHERE link=? AND right_look=0 AND id IN"
            " (SELECT pair FROM body WHERE instr(right_doc,?)>0)",
            "it", link, text);
    }
    return rc;
}
