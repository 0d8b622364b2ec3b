# Sourced by fields-jmap*.test: the server's user of fields.sh is a folder of files that the program for Linux keeps in step with the same server,
# by JMAP too. So each edit goes Outlook -> JMAP -> file, or the other way.
. "$LOCKSTEP_ROOT/tests/wine/fields.sh"
files=$LOCKSTEP_SCRATCH/files
fields_without_control=1

hand() { LOCKSTEP_HOME=$LOCKSTEP_SCRATCH/hand "$LOCKSTEP_NATIVE/client/cli/lockstep" "$@" >>"$LOCKSTEP_SCRATCH/hand.out" 2>&1; }
fields_server_account() {
    local kind
    mkdir -p "$files"/conf-{contacts,events,meetings}
    hand account add server --url "$url" --jmap --user alice --allow-http && hand account add files --dir "$files" || return
    for kind in contact event meeting; do
        takes "$kind" || continue
        hand folder create server "conf-${kind}s" --kind "${kind/meeting/event}" &&
            hand link "files:conf-${kind}s" "server:conf-${kind}s" --kind "${kind/meeting/event}" --name "conf-${kind}s" || return
    done
    wine lockstep-cli.exe account add server --url "$url" --jmap --user alice --allow-http >/dev/null 2>&1
}
fields_server_put() { cp "$1"/* "$files/$collection" && hand sync "${collection%/}"; }
fields_server_get() { hand sync "${collection%/}" && mkdir -p "$1" && cp "$files/$collection"* "$1"; }
fields_some_today() {
    [ -n "${JMAP_EVERY:-}" ] || export FIELDS_PART=$(($(date +%s) / 86400 % 4))/4
    echo "rows: part ${FIELDS_PART:-0/1} (JMAP_EVERY=1 takes all)"
}
