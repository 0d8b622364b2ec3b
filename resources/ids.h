/* Numbers of the resources; included by .rc files and by client/tray. Commands are what tests post (tests/wine/tray_post.c).
 * A text has a number of its own (TEXT_...) or that of the dialog, control, menu or item it belongs to: README.md. */
#ifndef LOCKSTEP_RESOURCES_IDS_H
#define LOCKSTEP_RESOURCES_IDS_H

#define ICON_LOCKSTEP  1 /* the lowest one is what Explorer shows for the file */
#define ICON_ATTENTION 2
#define ICON_PAUSED    3
#define ICON_OFFLINE   4
#define ICON_SYNC      10 /* and the five after it: the frames */
#define ICON_SYNC_COUNT 6

#define MENU_TRAY        100
#define MENU_HELP        101 /* the menu in it */
#define DIALOG_ABOUT     110
#define ABOUT_ICON       111
#define ABOUT_VERSION    112
#define ABOUT_DATA       113
#define ABOUT_PURPOSE    114
#define ABOUT_PROMISE    115

#define DIALOG_MAIN      120
#define MAIN_LEFT_LABEL  121
#define MAIN_LEFT        122
#define MAIN_OUTLOOK     123 /* what there is to say of Outlook */
#define MAIN_LINK        124
#define MAIN_MATCH       125
#define MAIN_WHY         126 /* what the button does, or why it cannot */
#define MAIN_RIGHT_LABEL 127
#define MAIN_RIGHT       128
#define MAIN_ADD         129
#define MAIN_REFRESH     130
#define MAIN_LINKS_LABEL 131
#define MAIN_LINKS       132
#define MAIN_STATUS      133
#define MAIN_PROGRESS    134
#define MAIN_SYNC        135
#define MAIN_PREVIEW     136
#define MAIN_PASSWORD    137 /* menu of a server */
#define MAIN_REMOVE      138
#define MENU_SERVER      139

#define DIALOG_SERVER    140
#define SERVER_ADDRESS_LABEL 141
#define SERVER_ADDRESS   142
#define SERVER_USER_LABEL 143
#define SERVER_USER      144
#define SERVER_PASSWORD_LABEL 145
#define SERVER_PASSWORD  146
#define SERVER_NAME_LABEL 147
#define SERVER_NAME      148
#define SERVER_PLAIN     149
#define SERVER_RESULT    150
#define SERVER_TEST      151
#define SERVER_SIGN_IN_LABEL 441
#define SERVER_SIGN_IN   442

#define DIALOG_UNLINK     361
#define UNLINK_QUESTION   362
#define UNLINK_MARKS      363
#define UNLINK_RESULT     364
#define DIALOG_PASSWORD  155
#define PASSWORD_LABEL   156
#define PASSWORD_TEXT    157
#define PASSWORD_RESULT  158

#define DIALOG_PREVIEW   160
#define PREVIEW_SUM      161
#define PREVIEW_LIST     162
#define PREVIEW_NOTE     163
#define PREVIEW_PROGRESS 164

#define DIALOG_ATTENTION 170
#define ATTENTION_LIST   171
#define ATTENTION_REASON 172
#define ATTENTION_DETAIL 173
#define ATTENTION_FIRST  174 /* and the three after it: the answers */

#define DIALOG_HISTORY   180
#define HISTORY_RUNS     181
#define HISTORY_ITEMS    182

#define DIALOG_LINK      220
#define LINK_POLICY_LABEL 221
#define LINK_POLICY      222
#define LINK_LIMIT_LABEL 223
#define LINK_LIMIT       224
#define LINK_LIMIT_NOTE  225
#define LINK_WINDOW_LABEL 226
#define LINK_PAST_LABEL  227
#define LINK_PAST        228
#define LINK_FUTURE_LABEL 229
#define LINK_FUTURE      230
#define LINK_WINDOW_NOTE 231
#define LINK_INVITATIONS_LABEL 232
#define LINK_INVITATIONS 233
#define LINK_RESULT      234
#define LINK_DIRECTION_LABEL 235
#define LINK_DIRECTION   236

#define DIALOG_CHECK     240
#define CHECK_LIST       241
#define CHECK_RESULT     242
#define CHECK_AGAIN      243
#define CHECK_REPORT     244
#define CHECK_REPAIR     331

#define LINK_EVERY_LABEL 270
#define LINK_EVERY       271
#define LINK_ON_CHANGE   272
#define LINK_ON_BATTERY  273
#define LINK_ON_METERED  274
#define LINK_ONLY_LABEL  275
#define LINK_ONLY        276
#define LINK_WITHOUT_LABEL 277
#define LINK_WITHOUT     278
#define LINK_PRIVATE     279
#define LINK_FILTER_NOTE 280

#define DIALOG_MERGE     281
#define MERGE_WHAT       282
#define MERGE_LEFT_LABEL 283
#define MERGE_LEFT       284
#define MERGE_RIGHT_LABEL 285
#define MERGE_RIGHT      286
#define MERGE_OWN_LABEL  287
#define MERGE_OWN        288
#define MERGE_RESULT     289

#define DIALOG_RESCUE    290
#define RESCUE_LINK_LABEL 291
#define RESCUE_LINK      292
#define RESCUE_BACKUP    293
#define RESCUE_LIST_LABEL 294
#define RESCUE_LIST      295
#define RESCUE_SIDE_LABEL 296
#define RESCUE_SIDE      297
#define RESCUE_ITEM_LABEL 298
#define RESCUE_ITEM      299
#define RESCUE_EXACT     300
#define RESCUE_RESTORE   301
#define RESCUE_REPAIR_LABEL 302
#define RESCUE_REPAIR    303 /* and the one after it: the side that is right */
#define RESCUE_RESULT    305
#define RESCUE_PROGRESS  306

#define DIALOG_SETTINGS  250
#define SETTINGS_LANGUAGE_LABEL 251
#define SETTINGS_LANGUAGE 252
#define SETTINGS_LANGUAGE_NOTE 253
#define SETTINGS_EVERY_LABEL 481
#define SETTINGS_EVERY   482
#define SETTINGS_HISTORY_LABEL 483
#define SETTINGS_HISTORY 484
#define SETTINGS_BACKUPS_LABEL 485
#define SETTINGS_BACKUPS 486
#define SETTINGS_PROXY_LABEL 487
#define SETTINGS_PROXY   488
#define SETTINGS_PROXY_NAME_LABEL 489
#define SETTINGS_PROXY_NAME 490
#define SETTINGS_FIRST_BACKUP 491
#define SETTINGS_APART   492
#define SETTINGS_EVENTS  493
#define SETTINGS_RESULT  494

#define MAIN_PROPERTIES  189
#define MAIN_HISTORY     190
#define MAIN_ATTENTION   191

#define MAIN_NEW_LEFT    192 /* a new folder */
#define MAIN_NEW_RIGHT   193
#define MENU_FOLDER      194

#define DIALOG_FOLDER    260
#define FOLDER_WHERE     261
#define FOLDER_NAME_LABEL 262
#define FOLDER_NAME      263
#define FOLDER_KIND_LABEL 264
#define FOLDER_KIND      265
#define FOLDER_RESULT    266

#define CMD_OPEN         200
#define CMD_SYNC         201
#define CMD_PAUSE        202
#define CMD_DEBUG        203
#define CMD_OPEN_LOG     204
#define CMD_ABOUT        205
#define CMD_EXIT         206
#define CMD_STOP         207
#define CMD_CHECK        209
#define CMD_SETTINGS     212
#define CMD_RESCUE       213
#define CMD_PAUSE_HOUR   210
#define CMD_RESUME       211
#define CMD_SHOW_RUNNING 208 /* a second instance was started: open the window */

/* The text of IDOK or IDCANCEL where it is not the one they have everywhere. */
#define TEXT_OF_BUTTON(dialog, button) (2000 + 4 * (dialog) + (button))

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
#define TEXT_CANNOT_START 1012
#define TEXT_ATTENTION    1013
#define TEXT_DATA         1014
#define TEXT_FOLDER       1015 /* name */
#define TEXT_FOLDER_NOTES 1016 /* name, what is to be said of it */
#define TEXT_FOLDER_OF    1017
#define TEXT_FOLDER_READ_ONLY 1018
#define TEXT_FOLDER_LINKED 1019
#define TEXT_LINK_SIDE    1021 /* account, folder */
#define TEXT_BOTH_WAYS    1022
#define TEXT_TO_RIGHT     1023
#define TEXT_TO_LEFT      1024
#define TEXT_COMPARING    1025
#define TEXT_WRITING      1026 /* done, of */
#define TEXT_NEEDS_HELD   1027
#define TEXT_NEEDS_DOUBT  1028
#define TEXT_NEEDS_CHOICE 1029
#define TEXT_NEEDS_FAILED 1030
#define TEXT_NEVER_SYNCED 1031
#define TEXT_IN_STEP      1032
#define TEXT_LINK         1033
#define TEXT_UNLINK       1034
#define TEXT_SYNC         1035
#define TEXT_STOP         1036
#define TEXT_WHY_CHOOSE   1037
#define TEXT_WHY_LINK     1038
#define TEXT_WHY_UNLINK   1039
#define TEXT_WHY_OTHER_KIND 1040
#define TEXT_WHY_READ_ONLY 1041
#define TEXT_CANNOT_LOAD  1042
#define TEXT_NO_OUTLOOK   1043
#define TEXT_NOTHING      1044
#define TEXT_LOOKING      1045
#define TEXT_FAILED       1046
#define TEXT_UNLINK_SURE  1047
#define TEXT_MATCH_SURE   1048
#define TEXT_REMOVE_SURE  1049
#define TEXT_DETAIL       1050
#define TEXT_PLAIN        1051
#define TEXT_CONNECTING   1052
#define TEXT_PASSWORD_OF  1053
#define TEXT_PLAN_CREATE  1054
#define TEXT_PLAN_UPDATE  1055
#define TEXT_PLAN_DELETE  1056
#define TEXT_PLAN_PAIR    1057
#define TEXT_PLAN_HELD    1058
#define TEXT_PLAN_FAILED  1059
#define TEXT_SUM_CREATED  1060
#define TEXT_SUM_UPDATED  1061
#define TEXT_SUM_DELETED  1062
#define TEXT_SUM_PAIRED   1063
#define TEXT_SUM_DOUBTED  1064
#define TEXT_SUM_HELD     1065
#define TEXT_NEEDS_YOU    1066
#define TEXT_NEEDS_NOTHING 1067
#define TEXT_COLUMN_FIRST 1070 /* of the list of links, six */
#define TEXT_PLAN_COLUMN_FIRST 1080 /* of the preview, four */
#define TEXT_KIND_FIRST   1090 /* + enum item_kind */
#define TEXT_ATTENTION_COLUMN_FIRST 1120 /* four */
#define TEXT_DETAIL_COLUMN_FIRST 1124 /* three */
#define TEXT_RUN_COLUMN_FIRST 1128 /* four */
#define TEXT_CHANGE_COLUMN_FIRST 1132 /* four */
#define TEXT_SORT_FIRST   1140 /* + enum attention_sort */
#define TEXT_CARRY_OUT    1150
#define TEXT_REFUSE       1151
#define TEXT_SAME         1152
#define TEXT_DIFFERENT    1153
#define TEXT_TAKE_LEFT    1154
#define TEXT_TAKE_RIGHT   1155
#define TEXT_LEAVE        1156
#define TEXT_REASON_CHOICE 1157
#define TEXT_REASON_SETTLED 1158
#define TEXT_CARRY_OUT_SURE 1159
#define TEXT_REFUSE_SURE  1160
#define TEXT_UNDO_NOW     1161
#define TEXT_DID_CREATE   1162
#define TEXT_DID_UPDATE   1163
#define TEXT_DID_DELETE   1164
#define TEXT_UNDOES       1165
#define TEXT_UNDONE_BY    1166
#define TEXT_RUN          1167
#define TEXT_UNDO_TITLE   1168
#define TEXT_LINK_TITLE   1170
#define TEXT_PHOTOS_UP_TO 1171
#define TEXT_FILES_UP_TO  1172
#define TEXT_POLICY_FIRST 1174 /* four: newest, left, right, ask */
#define TEXT_STEP_GOOD_FIRST 1244 /* four: reached, encrypted, signed in, what it has */
#define TEXT_STEP_BAD_FIRST 1248 /* likewise, with why */
#define TEXT_STEP_PLAIN   1252
#define TEXT_PRESET_READY 1240 /* account */
#define TEXT_PRESET_ASK   1241 /* account */
#define TEXT_PRESET_TITLE 1242
#define TEXT_DIRECTION_FIRST 1230 /* three: both ways, to the right, to the left */
#define TEXT_INVITATIONS_FIRST 1178 /* two: leave, answer */
#define TEXT_CHECK_FIRST  1180 /* five: program, folder, state, account, link */
#define TEXT_CHECK_COLUMN_FIRST 1185 /* three */
#define TEXT_CHECK_OUTLOOK 1400 /* how it is reached */
#define TEXT_CHECK_SCRIPTS 1401 /* the class that is registered for them */
#define TEXT_REPAIRING    1402
#define TEXT_PAUSED_UNTIL 1198
#define TEXT_WAITS_FOR_YOU 1199
#define TEXT_OK           1190
#define TEXT_TROUBLE      1191
#define TEXT_ALL_WELL     1192
#define TEXT_NOT_WELL     1193
#define TEXT_CHECKING     1194
#define TEXT_REPORT_WRITTEN 1195
#define TEXT_REPORT_TITLE 1196
#define TEXT_REPORT_BEING_MADE 1197
#define TEXT_WAITS_PASSWORD 1260
#define TEXT_WAITS_NETWORK 1261
#define TEXT_WAITS_PRESENTING 1262
#define TEXT_WAITS_BATTERY 1263
#define TEXT_WAITS_METERED 1264
#define TEXT_NEXT_BY_HAND 1265
#define TEXT_NEXT_PASSWORD 1266
#define TEXT_NEXT_PAUSED  1267
#define TEXT_NEXT_WAITS   1268
#define TEXT_EVERY_FIRST  1210 /* two: the default, by hand */
#define TEXT_EVERY_MINUTES 1212
#define TEXT_EVERY_HOURS  1213
#define TEXT_AND          1200 /* between the members of a list */
#define TEXT_SENTENCE     1201 /* two sentences */
#define TEXT_OF_ACCOUNT   1202 /* account, what is to be said of it */
#define TEXT_FIELD        1203 /* field, value */
#define TEXT_REPORT_FILE  1204 /* its name, without ".zip" */
#define TEXT_ENFORCED     1206
#define TEXT_LANGUAGE_AUTO 1205 /* the language that Windows has */
#define TEXT_FOLDER_WHERE 1290 /* account */
#define TEXT_DRAG_WHERE   1291
#define TEXT_DRAG_LINKED  1292
#define TEXT_DRAG_BUSY    1293
#define TEXT_WRITE_OWN    1300
#define TEXT_MERGE_SIDE   1301 /* account */
#define TEXT_REASON_OWN   1302
#define TEXT_BACKUP_COLUMN_FIRST 1303 /* two: when, why; then the accounts */
#define TEXT_BACKUP_WHY_FIRST 1307 /* four: first sync, repair, restore, asked for */
#define TEXT_RESCUE_SIDE_FIRST 1311 /* two: both, only one */
#define TEXT_RIGHT_FIRST  1313 /* two: account */
#define TEXT_BACKING_UP   1315
#define TEXT_BACKED_UP    1316 /* name */
#define TEXT_RESTORE_TITLE 1317
#define TEXT_RESTORE_NOW  1318
#define TEXT_REPAIR_TITLE 1319
#define TEXT_REPAIR_NOW   1320
#define TEXT_UNLINKING    1500
#define TEXT_UNLINK_MARKS 1501
#define TEXT_EXIT_FIRST   1100 /* + enum app_exit: what it means */

/* Sentences and words of client/, found again by their form (client/app/phrase.h): English says what to look for. */
#define TEXT_SIGN_IN_FIRST 1650 /* by enum sign_in_way */
#define TEXT_TOKEN_LABEL 1654
#define TEXT_SIGN_IN_PAGE 1655
#define TEXT_SIGN_IN_OF 1656
#define TEXT_SIGN_IN_TITLE 1657
#define TEXT_SIGN_IN_AGAIN 1658
#define TEXT_TOKEN_OF 1659
#define TEXT_PRESET_TOKEN 1660
#define TEXT_PRESET_PAGE 1661
#define TEXT_PRESET_READY_PAGE 1662
#define TEXT_PAGE_DONE 1663
#define TEXT_PAGE_FAILED 1664
#define TEXT_PROXY_FIRST 1700 /* as Windows says, none, this one */
#define TEXT_PROXY_BAD   1703
#define TEXT_RANGE       1704 /* from, to */

#define PHRASE_FIRST      5000
#define PHRASE_FIELD_FIRST 5100 /* names of fields */
#define PHRASE_VALUE_FIRST 5187 /* values that are words */
#define PHRASE_JOINING_FIRST 5200 /* "%1; %2": of such phrases */
#define PHRASE_END        5209

#endif
