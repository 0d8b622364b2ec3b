/* Numbers of the resources; included by .rc files and by client/tray. Commands are what tests post (tests/wine/tray_post.c). */
#ifndef LOCKSTEP_RESOURCES_IDS_H
#define LOCKSTEP_RESOURCES_IDS_H

#define ICON_LOCKSTEP  1 /* the lowest one is what Explorer shows for the file */
#define ICON_ATTENTION 2
#define ICON_PAUSED    3
#define ICON_SYNC      10 /* and the five after it: the frames */
#define ICON_SYNC_COUNT 6

#define MENU_TRAY        100
#define DIALOG_ABOUT     110
#define ABOUT_ICON       111
#define ABOUT_VERSION    112
#define ABOUT_DATA       113

#define CMD_SYNC         201
#define CMD_PAUSE        202
#define CMD_DEBUG        203
#define CMD_OPEN_LOG     204
#define CMD_ABOUT        205
#define CMD_EXIT         206
#define CMD_STOP         207
#define CMD_SHOW_RUNNING 208 /* a second instance was started */

#define TEXT_NAME         1001
#define TEXT_SYNCING      1002
#define TEXT_SYNCING_LINK 1003
#define TEXT_NEVER        1004
#define TEXT_LAST_OK      1005
#define TEXT_LAST_TROUBLE 1006
#define TEXT_NEXT         1007
#define TEXT_PAUSED       1008
#define TEXT_WAITING      1009
#define TEXT_VERSION      1010
#define TEXT_RUNNING      1011
#define TEXT_CANNOT_START 1012
#define TEXT_ATTENTION    1013
#define TEXT_DATA         1014
#define TEXT_EXIT_FIRST   1100 /* + enum app_exit: what it means */

#endif
