/* outlookctl: what a user would do in Outlook, and what a test wants to see of it, straight on the
 * mailbox file. It goes through storage.h and not through MAPI, so that it works while the provider
 * under test is made to fail. */
#include "tests/outlook/computed.h"
#include "tests/outlook/config.h"
#include "tests/outlook/dump.h"
#include "tests/outlook/edit.h"
#include "tests/outlook/process.h"

#include <fcntl.h>
#include <io.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage_text[] =
    "usage: outlookctl COMMAND ...\n"
    "  create                                     a fresh mailbox with default folders\n"
    "  register [DLL]                             make the emulation the machine's mail client\n"
    "  import STORE FOLDER FILE.json...           items from dumps\n"
    "  mkfolder STORE FOLDER [CLASS]              with the folders above it\n"
    "  folders                                    store, folder, class and count, separated by "
    "tabs\n"
    "  list STORE FOLDER                          entry id, class and subject, separated by tabs\n"
    "  dump STORE FOLDER [--subject S] [--stable] items as JSON; --stable leaves out ids, keys and "
    "times\n"
    "  set STORE FOLDER ITEM KEY VALUE            edit one property as a user would\n"
    "  unset STORE FOLDER ITEM KEY                remove one property\n"
    "  edit STORE FOLDER FILE.json                edit many items: [{\"where\": {KEY: TEXT}, "
    "\"set\": {KEY: VALUE or null}, \"attachments\": [as in a dump], "
    "\"recipients\": [all of them]}]\n"
    "  delete STORE FOLDER ITEM                   move to Deleted Items, as Outlook does\n"
    "  erase STORE FOLDER ITEM                    delete for good\n"
    "  move STORE FOLDER ITEM STORE FOLDER        to another folder\n"
    "  copy STORE FOLDER ITEM STORE FOLDER        as a user's drag with Ctrl\n"
    "  rmfolder STORE FOLDER                      with everything in it\n"
    "  attach STORE FOLDER ITEM NAME FILE [photo] add a file, or set the photo of a contact\n"
    "  detach STORE FOLDER ITEM NAME              remove it again\n"
    "  count [STORE FOLDER]                       items of a folder, or of all; then the change "
    "number\n"
    "  fault SPEC|none                            "
    "KIND:N:HRESULT|crash|crash-after[:once|always],...\n"
    "  violations [--clear]                       print the violations and their file; exit code 3 "
    "if there are any\n"
    "  batch                                      commands from stdin, arguments separated by "
    "tabs\n"
    "STORE is `default` or a name; FOLDER a path below the IPM subtree; ITEM a subject or an entry "
    "id in hex.\n";

struct control {
    struct storage *storage;
    int count; /* arguments behind the command */
    char **args;
};

static int control_fail(const char *what, const char *which, HRESULT hr)
{
    fprintf(stderr, "outlookctl: %s %s: 0x%08lx\n", what, which, (unsigned long)hr);
    return 1;
}

/* ---- finding things ---- */

static HRESULT find_store(struct storage *storage, const char *name, struct store_info *ret_store)
{
    struct store_info *stores;
    ULONG count;
    WCHAR *wide = emu_wide(name, -1);
    HRESULT hr = storage_stores(storage, &stores, &count);

    if (SUCCEEDED(hr)) {
        hr = MAPI_E_NOT_FOUND;
        for (ULONG i = 0; i < count; i++) {
            if ((!strcmp(name, "default") && stores[i].is_default) ||
                !_wcsicmp(stores[i].name, wide)) {
                *ret_store = stores[i];
                hr = S_OK;
            }
        }
        emu_free(stores);
    }
    emu_free(wide);
    return hr;
}

/* The class of a new folder is its parent's, unless one is given. */
static HRESULT find_or_make(struct storage *storage, ULONG store, ULONG parent, const WCHAR *name,
    const WCHAR *class, BOOL make, ULONG *ret_id)
{
    struct folder_info info;
    struct bag props;
    HRESULT hr = storage_folder_find(storage, parent, name, ret_id);

    if (hr != MAPI_E_NOT_FOUND || !make) {
        return hr;
    }
    hr = storage_folder(storage, parent, &info, &props);
    if (SUCCEEDED(hr)) {
        const WCHAR *inherited = bag_string(&props, PR_CONTAINER_CLASS);
        hr = storage_folder_create(storage, store, parent, name,
            class          ? class
            : inherited[0] ? inherited
                           : L"IPF.Note",
            ret_id);
        bag_fini(&props);
    }
    return hr;
}

static HRESULT find_folder(struct storage *storage, ULONG store, const char *path,
    const char *class, BOOL make, ULONG *ret_id)
{
    WCHAR *wide = emu_wide(path, -1);
    WCHAR *wide_class = class ? emu_wide(class, -1) : NULL;
    WCHAR *next = wide;
    ULONG id = 0;
    HRESULT hr = storage_special_folder(storage, store, PR_IPM_SUBTREE_ENTRYID, &id);

    while (SUCCEEDED(hr) && *next) {
        WCHAR *part = next;
        next += wcscspn(next, L"/");
        if (*next) {
            *next++ = 0;
        }
        hr = find_or_make(storage, store, id, part, wide_class, make, &id);
    }
    emu_free(wide);
    emu_free(wide_class);
    *ret_id = id;
    return hr;
}

static BOOL item_is_named(const struct item *item, const WCHAR *name)
{
    const WCHAR *subject = bag_string(&item->props, PR_SUBJECT);

    return !wcscmp(subject[0] ? subject : bag_string(&item->props, PR_DISPLAY_NAME), name);
}

static BOOL item_has_id(const struct item *item, const char *hex)
{
    const struct prop *id = bag_find(&item->props, PR_ENTRYID);
    char text[3];

    if (!id || strlen(hex) != id->size * 2u) {
        return FALSE;
    }
    for (ULONG i = 0; i < id->size; i++) {
        snprintf(text, sizeof(text), "%02x", id->data[i]);
        if (_strnicmp(text, hex + i * 2, 2)) {
            return FALSE;
        }
    }
    return TRUE;
}

/* STORE FOLDER ITEM in the first three arguments. */
static HRESULT find_item(
    struct control *control, struct message_info *ret_info, struct item *ret_item)
{
    struct store_info store;
    WCHAR *name;
    ULONG folder;
    ULONG *ids = NULL;
    ULONG count = 0;
    BOOL found = FALSE;
    HRESULT hr = find_store(control->storage, control->args[0], &store);

    if (SUCCEEDED(hr)) {
        hr = find_folder(control->storage, store.id, control->args[1], NULL, FALSE, &folder);
    }
    if (SUCCEEDED(hr)) {
        hr = storage_message_ids(control->storage, folder, FALSE, &ids, &count);
    }
    name = emu_wide(control->args[2], -1);
    for (ULONG i = 0; i < count && SUCCEEDED(hr) && !found; i++) {
        struct item item;
        hr = storage_message(control->storage, ids[i], ret_info, &item);
        if (SUCCEEDED(hr)) {
            found = item_is_named(&item, name) || item_has_id(&item, control->args[2]);
            if (found) {
                *ret_item = item;
            } else {
                item_fini(&item);
            }
        }
    }
    emu_free(name);
    emu_free(ids);
    return FAILED(hr) ? hr : found ? S_OK : MAPI_E_NOT_FOUND;
}

/* ---- files ---- */

static char *read_file(const char *path, size_t *ret_size)
{
    WCHAR *wide = emu_wide(path, -1);
    FILE *file = _wfopen(wide, L"rb");
    struct buffer bytes = {0};
    char chunk[65536];
    size_t got;

    emu_free(wide);
    if (!file) {
        return NULL;
    }
    while ((got = fread(chunk, 1, sizeof(chunk), file)) > 0) {
        buffer_put(&bytes, chunk, got);
    }
    fclose(file);
    buffer_put(&bytes, "", 1);
    *ret_size = bytes.size - 1;
    return (char *)bytes.data;
}

/* ---- commands ---- */

static int command_import(struct control *control)
{
    struct store_info store;
    ULONG folder = 0;
    ULONG total = 0;
    HRESULT hr = find_store(control->storage, control->args[0], &store);

    if (SUCCEEDED(hr)) {
        hr = storage_begin(control->storage);
    }
    if (SUCCEEDED(hr)) {
        hr = find_folder(control->storage, store.id, control->args[1], NULL, TRUE, &folder);
    }
    for (int i = 2; i < control->count && SUCCEEDED(hr); i++) {
        struct item *items;
        char why[200] = "cannot be read";
        size_t size;
        ULONG count;
        char *text = read_file(control->args[i], &size);
        if (!text ||
            !dump_read(control->storage, store.id, text, &items, &count, why, sizeof(why))) {
            fprintf(stderr, "outlookctl: %s: %s\n", control->args[i], why);
            emu_free(text);
            hr = MAPI_E_CORRUPT_DATA;
            break;
        }
        for (ULONG j = 0; j < count; j++) {
            struct message_info info = {0, store.id, folder, FALSE, 0};
            hr =
                SUCCEEDED(hr) ? storage_message_save(control->storage, &info, &items[j], TRUE) : hr;
            item_fini(&items[j]);
        }
        total += count;
        emu_free(items);
        emu_free(text);
    }
    hr = storage_end(control->storage, hr);
    if (FAILED(hr)) {
        return control_fail("import into", control->args[1], hr);
    }
    printf("%lu items imported\n", (unsigned long)total);
    return 0;
}

static int command_mkfolder(struct control *control)
{
    struct store_info store;
    ULONG folder;
    HRESULT hr = find_store(control->storage, control->args[0], &store);

    if (SUCCEEDED(hr)) {
        hr = find_folder(control->storage, store.id, control->args[1],
            control->count > 2 ? control->args[2] : NULL, TRUE, &folder);
    }
    return FAILED(hr) ? control_fail("make folder", control->args[1], hr) : 0;
}

static HRESULT print_folders(
    struct storage *storage, const struct store_info *store, ULONG id, const char *path)
{
    ULONG *ids = NULL;
    ULONG count = 0;
    HRESULT hr = storage_folder_children(storage, id, &ids, &count);

    for (ULONG i = 0; i < count && SUCCEEDED(hr); i++) {
        struct folder_info info;
        struct bag props;
        hr = storage_folder(storage, ids[i], &info, &props);
        if (SUCCEEDED(hr)) {
            char *store_name = emu_utf8(store->name, -1);
            char *name = emu_utf8(bag_string(&props, PR_DISPLAY_NAME), -1);
            char *class = emu_utf8(bag_string(&props, PR_CONTAINER_CLASS), -1);
            char *full = emu_alloc(strlen(path) + strlen(name) + 2);
            sprintf(full, "%s%s%s", path, path[0] ? "/" : "", name);
            printf("%s\t%s\t%s\t%ld\n", store_name, full, class,
                (long)bag_long(&props, PR_CONTENT_COUNT, 0));
            hr = print_folders(storage, store, ids[i], full);
            emu_free(full);
            emu_free(class);
            emu_free(name);
            emu_free(store_name);
            bag_fini(&props);
        }
    }
    emu_free(ids);
    return hr;
}

static int command_folders(struct control *control)
{
    struct store_info *stores;
    ULONG count;
    HRESULT hr = storage_stores(control->storage, &stores, &count);

    if (FAILED(hr)) {
        return control_fail("list", "the stores", hr);
    }
    for (ULONG i = 0; i < count && SUCCEEDED(hr); i++) {
        ULONG subtree;
        hr = storage_special_folder(
            control->storage, stores[i].id, PR_IPM_SUBTREE_ENTRYID, &subtree);
        hr = SUCCEEDED(hr) ? print_folders(control->storage, &stores[i], subtree, "") : hr;
    }
    emu_free(stores);
    return FAILED(hr) ? control_fail("list", "the folders", hr) : 0;
}

/* The items of STORE FOLDER, all or those with a subject. */
static HRESULT load_items(struct control *control, const char *subject,
    struct store_info *ret_store, struct item **ret_items, ULONG *ret_count)
{
    WCHAR *name = subject ? emu_wide(subject, -1) : NULL;
    struct item *items = NULL;
    ULONG *ids = NULL;
    ULONG total = 0;
    ULONG count = 0;
    ULONG folder;
    HRESULT hr = find_store(control->storage, control->args[0], ret_store);

    if (SUCCEEDED(hr)) {
        hr = find_folder(control->storage, ret_store->id, control->args[1], NULL, FALSE, &folder);
    }
    if (SUCCEEDED(hr)) {
        hr = storage_message_ids(control->storage, folder, FALSE, &ids, &total);
    }
    items = emu_alloc(total * sizeof(*items));
    for (ULONG i = 0; i < total && SUCCEEDED(hr); i++) {
        struct message_info info;
        hr = storage_message(control->storage, ids[i], &info, &items[count]);
        if (SUCCEEDED(hr) && name && !item_is_named(&items[count], name)) {
            item_fini(&items[count]);
        } else if (SUCCEEDED(hr)) {
            count++;
        }
    }
    emu_free(ids);
    emu_free(name);
    *ret_items = items;
    *ret_count = count;
    return hr;
}

static int command_list(struct control *control)
{
    struct store_info store;
    struct item *items;
    ULONG count;
    HRESULT hr = load_items(control, NULL, &store, &items, &count);

    for (ULONG i = 0; i < count; i++) {
        const struct prop *id = bag_find(&items[i].props, PR_ENTRYID);
        const WCHAR *subject = bag_string(&items[i].props, PR_SUBJECT);
        char *class = emu_utf8(bag_string(&items[i].props, PR_MESSAGE_CLASS), -1);
        char *name =
            emu_utf8(subject[0] ? subject : bag_string(&items[i].props, PR_DISPLAY_NAME), -1);
        for (ULONG j = 0; id && j < id->size; j++) {
            printf("%02x", id->data[j]);
        }
        printf("\t%s\t%s\n", class, name);
        emu_free(class);
        emu_free(name);
        item_fini(&items[i]);
    }
    emu_free(items);
    return FAILED(hr) ? control_fail("list", control->args[1], hr) : 0;
}

static int command_dump(struct control *control)
{
    const char *subject = NULL;
    struct store_info store;
    struct item *items;
    ULONG count;
    BOOL stable = FALSE;
    HRESULT hr;

    for (int i = 2; i < control->count; i++) {
        if (!strcmp(control->args[i], "--stable")) {
            stable = TRUE;
        } else if (!strcmp(control->args[i], "--subject") && i + 1 < control->count) {
            subject = control->args[++i];
        } else {
            fprintf(stderr, "outlookctl: dump: what is %s?\n", control->args[i]);
            return 2;
        }
    }
    hr = load_items(control, subject, &store, &items, &count);
    if (SUCCEEDED(hr)) {
        char *text = dump_write(control->storage, store.id, items, count, stable);
        puts(text);
        emu_free(text);
    }
    for (ULONG i = 0; i < count; i++) {
        item_fini(&items[i]);
    }
    emu_free(items);
    return FAILED(hr) ? control_fail("dump", control->args[1], hr) : 0;
}

/* `value` NULL: remove the property. */
static int edit_item(struct control *control, const char *value)
{
    struct message_info info;
    struct item item = {0};
    ULONG tag = 0;
    HRESULT hr = find_item(control, &info, &item);

    if (FAILED(hr)) {
        return control_fail("find", control->args[2], hr);
    }
    tag = dump_parse_key(control->storage, info.store, control->args[3]);
    if (!tag || (value && !dump_set_text(&item.props, tag, value))) {
        item_fini(&item);
        return control_fail("set", control->args[3], MAPI_E_INVALID_PARAMETER);
    }
    if (!value) {
        bag_delete(&item.props, tag);
    }
    edit_follow(&item, tag);
    hr = storage_message_save(control->storage, &info, &item, FALSE);
    item_fini(&item);
    return FAILED(hr) ? control_fail("save", control->args[2], hr) : 0;
}

static int command_set(struct control *control)
{
    return edit_item(control, control->args[4]);
}

static int command_unset(struct control *control)
{
    return edit_item(control, NULL);
}

static int command_edit(struct control *control)
{
    struct store_info store;
    ULONG folder = 0;
    char why[200] = "cannot be read";
    size_t size;
    char *text = read_file(control->args[2], &size);
    HRESULT hr = find_store(control->storage, control->args[0], &store);

    if (SUCCEEDED(hr)) {
        hr = find_folder(control->storage, store.id, control->args[1], NULL, FALSE, &folder);
    }
    if (SUCCEEDED(hr) &&
        (!text || !edit_batch(control->storage, store.id, folder, text, why, sizeof(why)))) {
        fprintf(stderr, "outlookctl: %s: %s\n", control->args[2], why);
        hr = MAPI_E_INVALID_PARAMETER;
    }
    emu_free(text);
    return FAILED(hr) ? control_fail("edit", control->args[1], hr) : 0;
}

static int command_delete(struct control *control)
{
    struct message_info info;
    struct item item = {0};
    ULONG target;
    ULONG id;
    HRESULT hr = find_item(control, &info, &item);

    item_fini(&item);
    if (SUCCEEDED(hr)) {
        hr = storage_special_folder(
            control->storage, info.store, PR_IPM_WASTEBASKET_ENTRYID, &target);
    }
    if (SUCCEEDED(hr)) {
        hr = storage_message_transfer(control->storage, info.id, target, TRUE, &id);
    }
    return FAILED(hr) ? control_fail("delete", control->args[2], hr) : 0;
}

static int command_erase(struct control *control)
{
    struct message_info info;
    struct item item = {0};
    HRESULT hr = find_item(control, &info, &item);

    item_fini(&item);
    if (SUCCEEDED(hr)) {
        hr = storage_message_delete(control->storage, info.id);
    }
    return FAILED(hr) ? control_fail("erase", control->args[2], hr) : 0;
}

static int transfer_item(struct control *control, BOOL move)
{
    struct message_info info;
    struct item item = {0};
    struct store_info store;
    ULONG target;
    ULONG id;
    HRESULT hr = find_item(control, &info, &item);

    item_fini(&item);
    if (SUCCEEDED(hr)) {
        hr = find_store(control->storage, control->args[3], &store);
    }
    if (SUCCEEDED(hr)) {
        hr = find_folder(control->storage, store.id, control->args[4], NULL, FALSE, &target);
    }
    if (SUCCEEDED(hr)) {
        hr = storage_message_transfer(control->storage, info.id, target, move, &id);
    }
    return FAILED(hr) ? control_fail(move ? "move" : "copy", control->args[2], hr) : 0;
}

static int command_move(struct control *control)
{
    return transfer_item(control, TRUE);
}

static int command_copy(struct control *control)
{
    return transfer_item(control, FALSE);
}

static int command_rmfolder(struct control *control)
{
    struct store_info store;
    ULONG folder;
    HRESULT hr = find_store(control->storage, control->args[0], &store);

    if (SUCCEEDED(hr)) {
        hr = find_folder(control->storage, store.id, control->args[1], NULL, FALSE, &folder);
    }
    if (SUCCEEDED(hr)) {
        hr = storage_folder_delete(control->storage, folder);
    }
    return FAILED(hr) ? control_fail("remove folder", control->args[1], hr) : 0;
}

/* PidTagAttachmentContactPhoto. */
#define PR_CONTACT_PHOTO PROP_TAG(PT_BOOLEAN, 0x7FFF)

/* The attachment of this name; the last one if there are several. */
static struct attachment *attachment_named(struct item *item, const WCHAR *name)
{
    struct attachment *found = NULL;

    for (ULONG i = 0; i < item->attachment_count; i++) {
        const struct prop *own = bag_find(&item->attachments[i].props, PR_DISPLAY_NAME);
        size_t size = wcslen(name) * sizeof(WCHAR);
        if (own && own->size == size && !memcmp(own->data, name, size)) {
            found = &item->attachments[i];
        }
    }
    return found;
}

static int command_detach(struct control *control)
{
    struct message_info info;
    struct item item = {0};
    WCHAR *name = emu_wide(control->args[3], -1);
    HRESULT hr = find_item(control, &info, &item);
    struct attachment *attachment = SUCCEEDED(hr) ? attachment_named(&item, name) : NULL;

    if (SUCCEEDED(hr) && !attachment) {
        hr = MAPI_E_NOT_FOUND;
    }
    if (SUCCEEDED(hr)) {
        item_delete_attachment(&item, attachment->number);
        hr = storage_message_save(control->storage, &info, &item, FALSE);
    }
    item_fini(&item);
    emu_free(name);
    return FAILED(hr) ? control_fail("detach", control->args[3], hr) : 0;
}

/* With the word "photo" behind the file: as the contact's photo, in place of one of that name. */
static int command_attach(struct control *control)
{
    BOOL photo = control->count > 5 && !strcmp(control->args[5], "photo");
    struct message_info info;
    struct item item = {0};
    struct attachment attachment = {0};
    size_t size = 0;
    char *data = read_file(control->args[4], &size);
    WCHAR *name = emu_wide(control->args[3], -1);
    const WCHAR *dot = wcsrchr(name, L'.');
    HRESULT hr = data ? find_item(control, &info, &item) : MAPI_E_DISK_ERROR;

    if (SUCCEEDED(hr)) {
        struct attachment *old = photo ? attachment_named(&item, name) : NULL;
        attachment.number = old ? old->number : item.next_attachment;
        if (photo) {
            bag_set_bool(&attachment.props, PR_CONTACT_PHOTO, TRUE);
        }
        bag_set_long(&attachment.props, PR_ATTACH_METHOD, ATTACH_BY_VALUE);
        bag_set_long(&attachment.props, PR_RENDERING_POSITION, -1);
        bag_set(&attachment.props, PR_ATTACH_DATA_BIN, data, size);
        bag_set_string(&attachment.props, PR_ATTACH_LONG_FILENAME, name);
        bag_set_string(&attachment.props, PR_ATTACH_FILENAME, name);
        bag_set_string(&attachment.props, PR_DISPLAY_NAME, name);
        bag_set_string(&attachment.props, PR_ATTACH_EXTENSION, dot ? dot : L"");
        item_put_attachment(&item, &attachment);
        attachment_fini(&attachment);
        hr = storage_message_save(control->storage, &info, &item, FALSE);
    }
    item_fini(&item);
    emu_free(name);
    emu_free(data);
    return FAILED(hr) ? control_fail("attach", control->args[3], hr) : 0;
}

static int command_count(struct control *control)
{
    struct store_info store;
    ULONG *ids = NULL;
    ULONG count = 0;
    ULONG folder;
    HRESULT hr = S_OK;

    if (control->count >= 2) {
        hr = find_store(control->storage, control->args[0], &store);
        if (SUCCEEDED(hr)) {
            hr = find_folder(control->storage, store.id, control->args[1], NULL, FALSE, &folder);
        }
        if (SUCCEEDED(hr)) {
            hr = storage_message_ids(control->storage, folder, FALSE, &ids, &count);
        }
        emu_free(ids);
    } else {
        count = storage_message_total(control->storage);
    }
    if (FAILED(hr)) {
        return control_fail("count", control->count > 1 ? control->args[1] : "", hr);
    }
    printf(
        "%lu\t%lld\n", (unsigned long)count, storage_get_number(control->storage, "next_change"));
    return 0;
}

static int command_fault(struct control *control)
{
    const char *spec = strcmp(control->args[0], "none") ? control->args[0] : "";
    HRESULT hr = fault_check_syntax(spec) ? storage_set_text(control->storage, "fault", spec)
                                          : MAPI_E_INVALID_PARAMETER;

    return FAILED(hr) ? control_fail("set fault", spec, hr) : 0;
}

static int command_violations(struct control *control)
{
    WCHAR *path = config_violations_path();
    char *name = emu_utf8(path, -1);
    size_t size = 0;
    char *text = read_file(name, &size);

    fprintf(stderr, "%s\n", name);
    if (text) {
        fputs(text, stdout);
    }
    if (control->count > 0 && !strcmp(control->args[0], "--clear")) {
        DeleteFileW(path);
        size = 0;
    }
    emu_free(text);
    emu_free(name);
    emu_free(path);
    return size ? 3 : 0;
}

static int command_create(struct control *control)
{
    WCHAR *path = config_database_path();
    WCHAR *violations = config_violations_path();
    HRESULT hr = storage_open(path, TRUE, &control->storage);

    if (SUCCEEDED(hr)) {
        hr = storage_create_mailbox(control->storage);
    }
    if (SUCCEEDED(hr)) {
        DeleteFileW(violations);
        printf("%ls\n", path);
    }
    emu_free(violations);
    emu_free(path);
    return FAILED(hr) ? control_fail("create", "the mailbox", hr) : 0;
}

static BOOL register_value(const WCHAR *key, const WCHAR *name, const WCHAR *value)
{
    return RegSetKeyValueW(HKEY_LOCAL_MACHINE, key, name, REG_SZ, value,
               (DWORD)((wcslen(value) + 1) * sizeof(WCHAR))) == ERROR_SUCCESS;
}

/* HKLM\Software\Clients\Mail, where mapi32.dll looks for its provider. Without DLL: emuoutlook.dll
 * beside this program. */
static int command_register(struct control *control)
{
    WCHAR path[MAX_PATH];
    WCHAR *given = control->count > 0 ? emu_wide(control->args[0], -1) : NULL;
    WCHAR *end;

    if (given) {
        GetFullPathNameW(given, ARRAYSIZE(path), path, NULL);
        emu_free(given);
    } else {
        GetModuleFileNameW(NULL, path, ARRAYSIZE(path));
        end = wcsrchr(path, L'\\');
        wcscpy(end ? end + 1 : path, L"emuoutlook.dll");
    }
    if (GetFileAttributesW(path) == INVALID_FILE_ATTRIBUTES) {
        fprintf(stderr, "outlookctl: register: %ls does not exist\n", path);
        return 1;
    }
    if (!register_value(CONFIG_CLIENTS_KEY, NULL, CONFIG_CLIENT_NAME) ||
        !register_value(CONFIG_CLIENTS_KEY L"\\" CONFIG_CLIENT_NAME, NULL, CONFIG_CLIENT_NAME) ||
        !register_value(CONFIG_CLIENTS_KEY L"\\" CONFIG_CLIENT_NAME, L"DLLPathEx", path)) {
        return control_fail("register", "in HKLM", E_ACCESSDENIED);
    }
    printf("%ls\n", path);
    return 0;
}

struct command {
    const char *name;
    int arguments; /* at least */
    BOOL needs_mailbox;
    int (*run)(struct control *control);
};

static const struct command commands[] = {
    {"create", 0, FALSE, command_create},
    {"register", 0, FALSE, command_register},
    {"import", 3, TRUE, command_import},
    {"mkfolder", 2, TRUE, command_mkfolder},
    {"folders", 0, TRUE, command_folders},
    {"list", 2, TRUE, command_list},
    {"dump", 2, TRUE, command_dump},
    {"set", 5, TRUE, command_set},
    {"unset", 4, TRUE, command_unset},
    {"edit", 3, TRUE, command_edit},
    {"delete", 3, TRUE, command_delete},
    {"erase", 3, TRUE, command_erase},
    {"move", 5, TRUE, command_move},
    {"copy", 5, TRUE, command_copy},
    {"rmfolder", 2, TRUE, command_rmfolder},
    {"attach", 5, TRUE, command_attach},
    {"detach", 4, TRUE, command_detach},
    {"count", 0, TRUE, command_count},
    {"fault", 1, TRUE, command_fault},
    {"violations", 0, FALSE, command_violations},
};

static int control_run(int count, char **args)
{
    struct control control = {NULL, count - 2, args + 2};
    int result = 2;

    for (size_t i = 0; count > 1 && i < ARRAYSIZE(commands); i++) {
        if (strcmp(commands[i].name, args[1]) != 0 || control.count < commands[i].arguments) {
            continue;
        }
        if (commands[i].needs_mailbox) {
            WCHAR *path = config_database_path();
            HRESULT hr = storage_open(path, FALSE, &control.storage);
            if (FAILED(hr)) {
                fprintf(
                    stderr, "outlookctl: no mailbox at %ls; `outlookctl create` makes one\n", path);
                emu_free(path);
                return 1;
            }
            emu_free(path);
        }
        result = commands[i].run(&control);
        storage_close(control.storage);
        return result;
    }
    fputs(usage_text, stderr);
    return result;
}

/* Commands from stdin, one a line with its arguments separated by tabs: starting a program costs more
 * than most commands. Stops at the first that fails. */
static int control_batch(void)
{
    char line[8192];
    int result = 0;

    while (result == 0 && fgets(line, sizeof(line), stdin)) {
        char *args[16] = {NULL};
        int count = 1;
        line[strcspn(line, "\r\n")] = 0;
        for (char *word = line; word && count < (int)ARRAYSIZE(args); count++) {
            char *tab = strchr(word, '\t');
            args[count] = word;
            if (tab) {
                *tab++ = 0;
            }
            word = tab;
        }
        result = line[0] ? control_run(count, args) : 0;
    }
    return result;
}

int main(void)
{
    int count;
    WCHAR **wide = CommandLineToArgvW(GetCommandLineW(), &count);
    char **args = emu_alloc(((size_t)count + 1) * sizeof(*args));
    int result;

    for (int i = 0; i < count; i++) {
        args[i] = emu_utf8(wide[i], -1);
    }
    _setmode(_fileno(stdout), _O_BINARY);
    result = count == 2 && !strcmp(args[1], "batch") ? control_batch() : control_run(count, args);
    for (int i = 0; i < count; i++) {
        emu_free(args[i]);
    }
    emu_free(args);
    LocalFree(wide);
    return result;
}
