/* "media" <-> the one photo that Outlook shows with a contact (mapping trap 6: an attachment with
 * PidTagAttachmentContactPhoto, and PidLidHasPicture on the item, which must agree with it or the
 * picture is not shown). Of several photos Outlook takes the one it holds already, else the first.
 * A link to a photo it cannot hold. */
#include "mapi/map/contact.h"

#include "client/item/media.h"

enum rc contact_photo_read(struct reader *r, struct err *err)
{
    (void)err;
    size_t len;
    const unsigned char *data = props_binary(r->item, prop_name_of(P_PHOTO), &len);
    int64_t unread = get_int(r->item, P_PHOTO_SIZE, 0);
    struct json *entry = NULL;
    if (data && len <= MEDIA_PHOTO_MAX) {
        CLEANUP(mem_free) char *uri = media_uri(data, len, NULL);
        entry = media_photo(uri);
    } else if (data || unread > 0) {
        entry = media_photo_kept(data ? len : (size_t)unread);
    }
    if (entry) {
        json_set(json_need_object(r->doc, "media"), "photo", entry);
    }
    return RC_OK;
}

/* The photo that the document wants in Outlook, NULL if none. */
static const struct json *wanted_photo(const struct json *media)
{
    const struct json *same = json_get(media, "photo");
    if (media_is_photo(same) && !str_empty(json_get_str(same, "uri")) &&
        (media_is_data(same) || media_is_kept(same))) {
        return same;
    }
    for (const struct json *e = json_first(media); e; e = json_next(e)) {
        if (media_is_photo(e) && media_is_data(e)) {
            return e;
        }
    }
    return NULL;
}

enum rc contact_photo_write(struct writer *w, struct err *err)
{
    const struct json *want = wanted_photo(json_get(w->want, "media"));
    bool there = json_get(json_get(w->base, "media"), "photo") != NULL;
    if (want && media_is_kept(want)) {
        return RC_OK; /* what is there stays */
    }
    if (!want) {
        if (there) {
            put_removed(w, P_PHOTO);
            put_int(w, P_HAS_PICTURE, 0);
        }
        return RC_OK;
    }
    size_t len;
    CLEANUP(mem_free) unsigned char *data = media_bytes(json_get_str(want, "uri"), &len, NULL);
    if (!data) {
        return err_set(err, RC_INVALID, 0, "its photo is no data: URI that can be read");
    }
    put_binary(w, P_PHOTO, data, len);
    put_int(w, P_HAS_PICTURE, 1);
    return RC_OK;
}
