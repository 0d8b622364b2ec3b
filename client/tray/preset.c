/* What an administrator has set up and has not been carried out yet: announced where the user has to sign in, done by itself
 * where Windows does. Nothing is asked, and no window opens by itself. */
#include "client/tray/tray.h"

#include "client/base/buf.h"
#include "client/platform/platform.h"
#include "client/platform/win32/text.h"
#include "resources/ids.h"

#define AGAIN_MS 600000 /* a server that is out of reach when Windows starts is not so for long */

struct json *preset_waiting(struct app *app)
{
    CLEANUP(json_free) struct json *preset = NULL;
    if (app_preset_get(app, &preset, NULL) != RC_OK || json_get_bool(preset, "done", false)) {
        return NULL;
    }
    return TAKE(preset);
}

bool preset_asks(const struct json *preset)
{
    return !str_eq(json_get_str(preset, "sign_in"), "windows");
}

static bool asks_secret(const char *way)
{
    return !str_eq(way, "windows") && !str_eq(way, "oauth");
}

int64_t preset_announce(struct app *app, struct icon *icon)
{
    CLEANUP(json_free) struct json *preset = preset_waiting(app);
    if (!preset) {
        return 0;
    }
    if (!preset_asks(preset)) {
        return platform_ticks_ms() + 1;
    }
    bool secret = asks_secret(json_get_str(preset, "sign_in"));
    CLEANUP(mem_free) WCHAR *name = win32_wide(json_get_str(preset, "account"));
    CLEANUP(mem_free) WCHAR *title = text_load(TEXT_PRESET_TITLE, NULL, NULL);
    CLEANUP(mem_free)
    WCHAR *text = text_load(secret ? TEXT_PRESET_READY : TEXT_PRESET_READY_PAGE, name, NULL);
    icon_notify(icon, title, text);
    return 0;
}

int64_t preset_follow(HWND tray, struct worker *w, int64_t due, void (*done)(struct job *job))
{
    int64_t now = platform_ticks_ms();
    if (!due || now < due) {
        return due;
    }
    worker_do(w, job_new(tray, job_apply_preset, done, NULL));
    return now + AGAIN_MS;
}
