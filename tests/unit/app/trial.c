/* Trying a server: which steps are told, by how the connection ended. */
#include "client/app/trial.h"

#include "client/base/mem.h"
#include "tests/unit/check.h"

static void check_steps(struct check *c, const char *url, enum rc rc, const char *error,
    const char *found, const char *want)
{
    CLEANUP(json_free) struct json *what = json_object();
    json_set_str(what, "text", found);
    CLEANUP(json_free) struct json *v = trial_steps(url, rc, error, what);
    CLEANUP(mem_free) char *got = json_print(v);
    check_str(c, got, want);
}

int main(int argc, char **argv)
{
    struct check c;
    check_init(&c, argc, argv);
    if (check_case(&c, "trial/works")) {
        check_steps(&c, "https://x", RC_OK, NULL, "1 calendar",
            "{\"ok\":true,\"rc\":\"ok\",\"steps\":[{\"step\":\"reach\",\"ok\":true},{\"step\":"
            "\"secure\",\"ok\":true},{\"step\":\"sign-in\",\"ok\":true},{\"step\":\"folders\","
            "\"ok\":true,\"text\":\"1 calendar\"}]}");
        check_steps(&c, "http://x", RC_OK, NULL, "1 calendar",
            "{\"ok\":true,\"rc\":\"ok\",\"steps\":[{\"step\":\"reach\",\"ok\":true},{\"step\":"
            "\"secure\",\"ok\":true,\"plain\":true},{\"step\":\"sign-in\",\"ok\":true},{\"step\":"
            "\"folders\",\"ok\":true,\"text\":\"1 calendar\"}]}");
    }
    if (check_case(&c, "trial/fails")) {
        check_steps(&c, "https://x", RC_OFFLINE, "no such host", NULL,
            "{\"ok\":false,\"rc\":\"offline\",\"steps\":[{\"step\":\"reach\",\"ok\":false,"
            "\"text\":\"no such host\"}]}");
        check_steps(&c, "https://x", RC_TLS, "expired", NULL,
            "{\"ok\":false,\"rc\":\"tls\",\"steps\":[{\"step\":\"reach\",\"ok\":true},{\"step\":"
            "\"secure\",\"ok\":false,\"text\":\"expired\"}]}");
        check_steps(&c, "http://x", RC_TLS, "not allowed", NULL,
            "{\"ok\":false,\"rc\":\"tls\",\"steps\":[{\"step\":\"secure\",\"ok\":false,"
            "\"text\":\"not allowed\"}]}");
        check_steps(&c, "http://x", RC_AUTH, "rejected", NULL,
            "{\"ok\":false,\"rc\":\"auth\",\"steps\":[{\"step\":\"reach\",\"ok\":true},{\"step\":"
            "\"secure\",\"ok\":true,\"plain\":true},{\"step\":\"sign-in\",\"ok\":false,\"text\":"
            "\"rejected\"}]}");
        check_steps(&c, "https://x", RC_SERVER, "503", NULL,
            "{\"ok\":false,\"rc\":\"server\",\"steps\":[{\"step\":\"reach\",\"ok\":true},{\"step\":"
            "\"secure\",\"ok\":true},{\"step\":\"sign-in\",\"ok\":true},{\"step\":\"folders\","
            "\"ok\":false,\"text\":\"503\"}]}");
    }
    return check_end(&c);
}
