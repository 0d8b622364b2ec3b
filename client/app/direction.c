/* Which way a link leads: what its folders allow, and a change of it later. */
#include "client/app/private.h"

#include <string.h>

enum rc direction_choose(
    const struct side_access *access, const char *word, enum link_direction *ret, struct err *err)
{
    bool to_left = access->writable[SIDE_LEFT], to_right = access->writable[SIDE_RIGHT];
    if (!to_left && !to_right) {
        return err_set(err, RC_READONLY, 0, "neither '%s' nor '%s' may be written",
            access->name[SIDE_LEFT], access->name[SIDE_RIGHT]);
    }
    enum link_direction possible = !to_right  ? LINK_RIGHT_TO_LEFT
                                   : !to_left ? LINK_LEFT_TO_RIGHT
                                              : LINK_TWO_WAY;
    if (!word) {
        *ret = possible;
        return RC_OK;
    }
    int wanted = link_direction_from_name(word);
    if (wanted < 0) {
        return err_set(err, RC_INVALID, 0,
            "'%s' is no direction: two-way, left-to-right or right-to-left", word);
    }
    if (possible != LINK_TWO_WAY && wanted != (int)possible) {
        return err_set(err, RC_READONLY, 0, "'%s' may only be read: the direction must be %s",
            access->name[to_left ? SIDE_RIGHT : SIDE_LEFT], link_direction_name(possible));
    }
    *ret = (enum link_direction)wanted;
    return RC_OK;
}

/* What could be written was noted when the link was made. */
enum rc link_set_direction(struct state_link *link, const char *word, struct err *err)
{
    CLEANUP(json_free) struct json *settings = NULL;
    if (link->settings) {
        enum rc rc = json_parse(link->settings, strlen(link->settings), &settings, err);
        if (rc != RC_OK) {
            return rc;
        }
    }
    const struct side_access access = {{!json_get_bool(settings, "left_readonly", false),
                                           !json_get_bool(settings, "right_readonly", false)},
        {link->side[SIDE_LEFT].folder_name, link->side[SIDE_RIGHT].folder_name}};
    return direction_choose(&access, word, &link->direction, err);
}
