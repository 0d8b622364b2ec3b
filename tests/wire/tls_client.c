/* One HTTPS request, for tests of certificates under Linux and Wine:
 *   tls_client URL CA_FILE|-
 * Prints "STATUS HTTP" or the name of the result code and the message; ends with 0 if there was an
 * answer. With --plain as third argument plain http is allowed. */
#include "client/base/buf.h"
#include "client/net/http.h"

#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr, "usage: tls_client URL CA_FILE|- [--plain]\n");
        return 2;
    }
    struct http_config config = {.origin = argv[1],
        .sign_in = {.user = "user", .secret = "password"},
        .connect_timeout = 10,
        .stall_timeout = 10,
        .ca_file = strcmp(argv[2], "-") == 0 ? NULL : argv[2],
        .allow_plain_http = argc > 3};
    struct http_request request = {.method = "GET", .url = argv[1], .what = "the page"};
    struct http_response response = {0};
    struct http *http = NULL;
    struct err err = ERR_INIT;
    enum rc rc = http_new(&config, NULL, &http, &err);
    if (rc == RC_OK) {
        rc = http_send(http, &request, &response, &err);
    }
    if (rc == RC_OK) {
        printf("%ld HTTP\n", response.status);
    } else {
        printf("%s: %s\n", rc_name(rc), err_text(&err));
    }
    http_response_fini(&response);
    http_free(http);
    err_fini(&err);
    return rc != RC_OK;
}
