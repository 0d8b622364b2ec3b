# Sourced by fields-*.test: every field of a contact, an event, a meeting, a task and a note (tests/fields), edited in Outlook and on a real server, through
# the Windows program. Each row has an item of its own for each direction, so that two syncs are enough for all of them. What is done at the
# server and seen there goes by DAV, unless the suite has other fields_server_* (fields_jmap.sh).
. "$LOCKSTEP_ROOT/tests/wine/outlook.sh"
. "$LOCKSTEP_ROOT/tests/conformance/dav.sh"
fields="python3 $LOCKSTEP_ROOT/tests/wine/fields.py"
compare="python3 $LOCKSTEP_ROOT/tests/wine/compare.py"
servers=$LOCKSTEP_ROOT/tests/servers

takes() { case " ${FIELDS_KINDS:-contact event meeting task note} " in *" $1 "*) ;; *) false ;; esac } # KIND
fields_sync() { # [ZONE]: sets $counts
    TZ=${1:-UTC} wine 'C:\lockstep\lockstep-cli.exe' sync --json >report.json 2>errors.txt
    code=$?
    counts=$($compare sync-counts report.json)
    [ "$code" = 0 ] || { cat errors.txt; grep -A8 '"messages"' report.json | head -n 40; }
}
fields_look() { # NAME: both sides as they are
    ctl dump default "$folder" --stable >"$1-items.json"
    fields_server_get "$1"
}

# --- the hands and eyes of the server's user ---
fields_server_account() { # the Windows program's, and the collections that are to be there
    make_collection contacts "$url$cards"
    make_collection events "$url${calendars}conf-events/"
    make_collection meetings "$url${calendars}conf-meetings/"
    make_collection tasks "$url${calendars}conf-tasks/"
    takes note && make_collection notes "$url${calendars}conf-notes/"
    wine lockstep-cli.exe account add server --url "$url" --user alice --allow-http >/dev/null 2>&1
}
fields_server_put() { $fields "$kind" put "$url$collection" "$1"; } # DIR
fields_server_get() { $fields "$kind" get "$url$collection" "$1"; } # DIR

# fields_suite NAME BASE_URL CONTACTS_HOME CALENDAR_HOME
# fields_without_control=1: no characters that XML forbids.
# FIELDS_SERVER: rows that this server refuses are left out. FIELDS_PART=K/N: every Nth row, from the Kth (0 to N-1) on.
# FIELDS_KINDS: these kinds only.
fields_suite() {
    url=$2 cards=$3conf-contacts/ calendars=$4
    outlook_start "fields-$1"
    trap 'cd /; wine_prefix_end; "$servers/stop-server" "$LOCKSTEP_SCRATCH/server"' EXIT
    cp "$LOCKSTEP_WINDOWS/client/cli/lockstep-cli.exe" "$outlook_dir" || exit 1
    export LOCKSTEP_PASSWORD=alicepw LOCKSTEP_HOME='C:\lockstep\home'
    wine lockstep-cli.exe account add outlook --outlook >/dev/null 2>&1 && fields_server_account &&
        wine lockstep-cli.exe account addresses outlook alice@example.test >/dev/null 2>&1 || { fail setup account; return; }
    if takes contact; then
        fields_kind contact Contacts "$cards"
        fields_zones
        [ -n "${fields_without_control:-}" ] || fields_control
    fi
    takes event && fields_kind event Calendar "${calendars}conf-events/"
    if takes meeting; then
        ctl mkfolder default Meetings IPF.Appointment >/dev/null || fail setup Meetings
        fields_kind meeting Meetings "${calendars}conf-meetings/"
    fi
    takes task && fields_kind task Tasks "${calendars}conf-tasks/"
    takes note && fields_kind note Notes "${calendars}conf-notes/"
    fields_zones
    no_violations no-violations
}

fields_kind() { # KIND FOLDER COLLECTION
    kind=$1 folder=$2 collection=$3
    local from=${folder,,} # a word for the standard folder, but for the one of meetings
    [ "$kind" != meeting ] || from=$folder
    mkdir "$kind" && cd "$kind" || exit 1
    wine 'C:\lockstep\lockstep-cli.exe' link "outlook:$from" "server:$(basename "$collection")" >/dev/null 2>&1 || fail "$kind/link" "$folder"
    read -r rows total <<<"$($fields "$kind" count)"
    $fields "$kind" objects objects && fields_server_put objects || fail "$kind/setup" "the objects"
    fields_sync
    check "$kind/created" "$code $counts" "0 $total 0 0 0 0 0 0"
    fields_look before
    fields_sync
    check "$kind/then-nothing" "$code $counts" '0 0 0 0 0 0 0 0'
    fields_edit
    cd ..
}

fields_edit() {
    $fields "$kind" outlook-edits edits.json && ctl edit default "$folder" edits.json || fail "$kind/edit/outlook" "outlookctl edit"
    $fields "$kind" server-edits before edited-there && fields_server_put edited-there || fail "$kind/edit/server" "the objects"
    fields_look edited
    fields_sync
    check "$kind/each-edit-is-one-write" "$code $counts" "0 0 $rows 0 0 $rows 0 0"
    fields_look after
    check "$kind/exactly-the-field" "$($fields "$kind" check before edited after 2>&1)" ''
    fields_sync
    check "$kind/then-nothing-again" "$code $counts" '0 0 0 0 0 0 0 0'
    fields_look again
    check "$kind/outlook-untouched" "$($compare differing after-items.json again-items.json 2>&1)" ''
    check "$kind/server-untouched" "$(diff -rq after again 2>&1)" ''
}

# The same mailbox on a machine far away: no birthday moves.
fields_zones() {
    local zone
    for zone in Pacific/Kiritimati Etc/GMT+12; do
        fields_sync "$zone"
        check "$kind/nothing-in-$zone" "$code $counts" '0 0 0 0 0 0 0 0'
    done
}

# A character that XML forbids, in one contact of each side: the folder goes on, and no byte of a line that nobody edited changes.
fields_control() {
    local card="BEGIN:VCARD\r\nVERSION:3.0\r\nUID:field-control\r\nFN:Control\r\nN:Control;;;;\r\nNOTE:a\bc\r\nTEL;TYPE=CELL:1\r\nEND:VCARD\r\n"
    printf '[{"where": {"%s": "field-u-001"}, "set": {"1000001F": "x\\u0008y"}}]' \
        "{9E0B1C56-6E1D-4F0A-9A57-4C6F636B5374}:'Uid':001F" >control.json
    ctl edit default Contacts control.json || fail control/outlook "outlookctl edit"
    fields_sync
    check control/outlook-to-server "$code $counts" '0 0 0 0 0 1 0 0'
    check control/left-out "$(curl -sf -u alice:alicepw "$url${cards}field-u-001.vcf" | grep -c '^NOTE:xy')" 1
    if ! printf "$card" | curl -sf -o /dev/null -u alice:alicepw -X PUT --data-binary @- -H 'Content-Type: text/vcard' "$url${cards}field-control.vcf"; then
        echo "skip control/server-to-outlook: this server takes no such card"
        return
    fi
    curl -sf -u alice:alicepw "$url${cards}field-control.vcf" >control-before.vcf
    fields_sync
    check control/server-to-outlook "$code $counts" '0 1 0 0 0 0 0 0'
    ctl set default Contacts Control 3A1C001F 2 >/dev/null || fail control/edit Control
    fields_sync
    check control/edited "$code $counts" '0 0 0 0 0 1 0 0'
    curl -sf -u alice:alicepw "$url${cards}field-control.vcf" >control-after.vcf
    check control/bytes-stay "$(diff -a control-before.vcf control-after.vcf | grep -a '^[<>]' | tr -d '\r' | tr '\n' ' ')" '< TEL;TYPE=CELL:1 > TEL;TYPE=CELL:2 '
    fields_sync
    check control/then-nothing "$code $counts" '0 0 0 0 0 0 0 0'
}
