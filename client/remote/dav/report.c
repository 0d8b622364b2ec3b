/* The bodies of our PROPFIND and REPORT requests. */
#include "client/remote/dav/dav_private.h"

#include "client/base/buf.h"
#include "client/base/xml.h"
#include "client/remote/text_item.h"

#define HEAD "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
#define NAMESPACES                                                                                 \
    " xmlns:D=\"DAV:\" xmlns:C=\"urn:ietf:params:xml:ns:caldav\" "                                 \
    "xmlns:A=\"urn:ietf:params:xml:ns:carddav\""
#define REPORT_MAX ((size_t)16 << 20)

const char REPORT_PRINCIPAL[] =
    HEAD "<D:propfind" NAMESPACES "><D:prop><D:current-user-principal/><D:resourcetype/>"
         "<C:calendar-home-set/><A:addressbook-home-set/><C:calendar-user-address-set/>"
         "</D:prop></D:propfind>";

/* D:acl is not asked for: SOGo 5.8 answers 501 for the whole request then. */
const char REPORT_COLLECTIONS[] =
    HEAD "<D:propfind" NAMESPACES
         " xmlns:I=\"http://apple.com/ns/ical/\"><D:prop><D:resourcetype/><D:displayname/>"
         "<D:current-user-privilege-set/><D:owner/><C:supported-calendar-component-set/"
         "><I:calendar-color/>"
         "</D:prop></D:propfind>";

const char REPORT_LISTING[] =
    HEAD "<D:propfind" NAMESPACES "><D:prop><D:resourcetype/><D:getetag/><D:getcontenttype/>"
         "</D:prop></D:propfind>";

static const char *data_property(enum item_kind kind)
{
    return kind == ITEM_CONTACT ? "<A:address-data/>" : "<C:calendar-data/>";
}

char *report_sync(enum item_kind kind, const char *token, bool with_data)
{
    struct buf b = BUF_INIT(REPORT_MAX);
    buf_adds(&b, HEAD "<D:sync-collection" NAMESPACES "><D:sync-token>");
    xml_escape(&b, token ? token : "");
    buf_adds(&b, "</D:sync-token><D:sync-level>1</D:sync-level><D:prop><D:getetag/>");
    if (with_data) {
        buf_adds(&b, data_property(kind));
    } else if (kind != ITEM_CONTACT) {
        buf_adds(&b, "<D:getcontenttype/>"); /* with the component: events and tasks may share a
                                                collection */
    }
    buf_adds(&b, "</D:prop></D:sync-collection>");
    return buf_take(&b);
}

char *report_multiget(enum item_kind kind, const char *const *ids, size_t count)
{
    const char *name = kind == ITEM_CONTACT ? "A:addressbook-multiget" : "C:calendar-multiget";
    struct buf b = BUF_INIT(REPORT_MAX);
    buf_addf(
        &b, HEAD "<%s" NAMESPACES "><D:prop><D:getetag/>%s</D:prop>", name, data_property(kind));
    for (size_t i = 0; i < count; i++) {
        buf_adds(&b, "<D:href>");
        xml_escape(&b, ids[i]);
        buf_adds(&b, "</D:href>");
    }
    buf_addf(&b, "</%s>", name);
    return buf_take(&b);
}

char *report_make(enum item_kind kind, const char *name)
{
    bool cards = kind == ITEM_CONTACT;
    const char *request = cards ? "D:mkcol" : "C:mkcalendar";
    struct buf b = BUF_INIT(REPORT_MAX);
    buf_addf(&b, HEAD "<%s" NAMESPACES "><D:set><D:prop><D:displayname>", request);
    xml_escape(&b, name);
    buf_adds(&b, "</D:displayname>");
    if (cards) {
        buf_adds(&b, "<D:resourcetype><D:collection/><A:addressbook/></D:resourcetype>");
    } else {
        buf_addf(&b,
            "<C:supported-calendar-component-set><C:comp name=\"%s\"/>"
            "</C:supported-calendar-component-set>",
            text_item_component(kind));
    }
    buf_addf(&b, "</D:prop></D:set></%s>", request);
    return buf_take(&b);
}

char *report_rename(const char *name)
{
    struct buf b = BUF_INIT(REPORT_MAX);
    buf_adds(&b, HEAD "<D:propertyupdate" NAMESPACES "><D:set><D:prop><D:displayname>");
    xml_escape(&b, name);
    buf_adds(&b, "</D:displayname></D:prop></D:set></D:propertyupdate>");
    return buf_take(&b);
}
