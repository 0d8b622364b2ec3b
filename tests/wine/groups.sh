# Sourced by groups-*.test: distribution lists between Outlook (emulated) and a real server, through the Windows program.
. "$LOCKSTEP_ROOT/tests/wine/sync.sh"
lists="python3 $LOCKSTEP_ROOT/tests/wine/lists.py"

contacts_dump() { ctl dump default Contacts >contacts-now.json; }
shown() { contacts_dump; $lists show contacts-now.json "$1" | paste -sd ' '; } # LIST: its members in Outlook
raw() { contacts_dump; $lists raw contacts-now.json "$1"; }
href_of() { # FN
    rm -rf server-now
    mkdir server-now
    curl -sf -u alice:alicepw -X PROPFIND -H 'Depth: 1' -H 'Content-Type: application/xml' --data-binary '<propfind xmlns="DAV:"><prop><getetag/></prop></propfind>' "$url$cards" |
        grep -oE '[^<>]+\.vcf</' | sed 's,</$,,' | sort -u | while read -r href; do
        curl -sf -u alice:alicepw -o "server-now/$(basename "$href")" "$url$href"
    done
    basename "$(grep -lE "^FN(;[^:]*)?:$1" server-now/*.vcf | head -n 1)"
}
card() { curl -sf -u alice:alicepw "$url$cards$(href_of "$1")" | tr -d '\r'; } # FN: its text
uid() { card "$1" | sed -n 's/^UID://p'; }
# A list as most servers keep it; a suite with another form has these in its own words. UID is also the name of the file.
list_begin() { printf 'BEGIN:VCARD\r\nVERSION:3.0\r\nUID:%s\r\nFN:%s\r\nN:%s;;;;\r\nX-ADDRESSBOOKSERVER-KIND:group\r\n' "$1" "$2" "$2"; } # UID FN
list_end() { printf 'END:VCARD\r\n'; }
list_member() { printf 'X-ADDRESSBOOKSERVER-MEMBER:%s\r\n' "${1/#uid:/urn:uuid:}"; } # uid:UID or mailto:ADDRESS
list_without() { sed "/^X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:$1/d"; } # UID
list_members() { sed -n 's/^X-ADDRESSBOOKSERVER-MEMBER://p'; } # urn:uuid:UID or mailto:ADDRESS, a line each
list_is() { grep -c '^X-ADDRESSBOOKSERVER-KIND:group$'; }
list_but_names() { cat; } # without what the server itself keeps in step with the cards of members

members() { # FN: its members on the server, sorted, uids as the names of their cards
    local line name
    card "$1" >/dev/null
    card "$1" | list_members | while read -r line; do
        name=$(grep -lE "^UID:${line#urn:uuid:}"$'\r?$' server-now/*.vcf | head -n 1)
        [ -n "$name" ] && sed -n 's/^FN://p' "$name" | tr -d '\r' || echo "${line#mailto:}"
    done | LC_ALL=C sort | paste -sd ' '
}
put() { # FILE: a card under the name of its uid
    curl -sf -o /dev/null -u alice:alicepw -X PUT --data-binary "@$1" -H 'Content-Type: text/vcard' "$url$cards$2" || fail "put/$2" "refused"
}
person() { # NAME: to Outlook
    printf '{"properties":{"001A001F":"IPM.Contact","0037001F":"%s","3001001F":"%s","3A06001F":"%s","PSETID_Address:8005:001F":"%s","PSETID_Address:8080:001F":"%s","PSETID_Address:8082:001F":"SMTP","PSETID_Address:8083:001F":"%s@example.com","PSETID_Address:8084:001F":"%s@example.com"}}' \
        "$1" "$1" "$1" "$1" "$1" "$1" "$1" >person.json
    ctl import default Contacts person.json >/dev/null || fail person "$1"
}

# groups_suite NAME BASE_URL CONTACTS_HOME
groups_suite() {
    url=$2 cards=$3conf-contacts/
    outlook_start "groups-$1"
    trap 'cd /; wine_prefix_end; "$servers/stop-server" "$LOCKSTEP_SCRATCH/server"' EXIT
    cp "$LOCKSTEP_WINDOWS/client/cli/lockstep-cli.exe" "$outlook_dir" || exit 1
    make_collection contacts "$url$cards"
    export LOCKSTEP_PASSWORD=alicepw LOCKSTEP_HOME='C:\lockstep\home'
    lockstep account add outlook --outlook
    check account/outlook "$code" 0
    lockstep account add server --url "$url" --user alice --allow-http
    check account/server "$code" 0
    lockstep link outlook:contacts server:conf-contacts --name contacts
    check link "$code" 0
    test_first
    test_member_comes
    test_renamed
    test_deleted
    test_list_comes
    test_adopt
    no_violations no-violations
}

quiet() { # NAME
    sync_counts
    check "$1/then-nothing" "$code $counts" '0 0 0 0 0 0 0 0'
}

test_first() {
    local name
    for name in Ada Bob Cleo; do person "$name"; done
    contacts_dump
    $lists make contacts-now.json Team Ada Bob Cleo 'Eva E. <eva@example.org>' 'Fox <fox@example.org>' >team.json
    ctl import default Contacts team.json >/dev/null || fail first/import list
    before=$(raw Team)
    sync_counts
    check first/created "$code $counts" '0 0 0 0 4 0 0 0'
    check first/members "$(members Team)" 'Ada Bob Cleo eva@example.org fox@example.org'
    check first/kind "$(card Team | list_is)" 1
    check first/list-untouched "$(raw Team)" "$before"
    team_before=$(card Team)
    quiet first
    check first/card-untouched "$(card Team)" "$team_before"
}

test_member_comes() {
    printf 'BEGIN:VCARD\r\nVERSION:3.0\r\nUID:dora-1\r\nFN:Dora\r\nN:;Dora;;;\r\nEMAIL:dora@example.com\r\nEND:VCARD\r\n' >dora.vcf
    put dora.vcf dora-1.vcf
    local href
    href=$(href_of Team)
    { card Team | grep -v '^END:' | sed 's/$/\r/'; list_member uid:dora-1; list_end; } >team.vcf
    put team.vcf "$href"
    sync_counts
    check comes/one-create-one-update "$code $counts" '0 1 1 0 0 0 0 0'
    check comes/in-outlook "$(shown Team)" 'Ada Bob Cleo Dora eva@example.org fox@example.org'
    quiet comes
}

test_renamed() {
    ctl set default Contacts Ada 3001001F Augusta >/dev/null
    ctl set default Contacts Ada 0037001F Augusta >/dev/null
    before=$(raw Team)
    team_before=$(card Team)
    sync_counts
    check renamed/only-the-contact "$code $counts" '0 0 0 0 0 1 0 0'
    check renamed/list-untouched "$(raw Team)" "$before"
    check renamed/card-untouched "$(card Team | list_but_names)" "$(list_but_names <<<"$team_before")"
    check renamed/still-a-member "$(members Team)" 'Augusta Bob Cleo Dora eva@example.org fox@example.org'
    quiet renamed
}

# On the server Bob goes, and his membership with him; in Outlook Cleo goes, and the list there still names her.
test_deleted() {
    local href team
    team=$(href_of Team)
    href=$(href_of Bob)
    curl -sf -o /dev/null -u alice:alicepw -X DELETE "$url$cards$href"
    list_without "${href%.vcf}" <"server-now/$team" >team.vcf
    put team.vcf "$team"
    ctl delete default Contacts Cleo >/dev/null
    sync_counts
    check deleted/counts "$code $counts" '0 0 1 1 0 0 1 0'
    check deleted/outlook "$(shown Team)" 'Augusta Dora eva@example.org fox@example.org gone'
    check_like deleted/server "$(members Team)" '^Augusta Dora eva@example.org fox@example.org urn:uuid:[-0-9a-f]+$'
    quiet deleted
}

# A list that is born on the server.
test_list_comes() {
    { list_begin crew-1 Crew; list_member uid:dora-1; list_member mailto:gus@example.org; list_end; } >crew.vcf
    put crew.vcf crew-1.vcf
    sync_counts
    check born/created "$code $counts" '0 1 0 0 0 0 0 0'
    check born/outlook "$(shown Crew)" 'Dora gus@example.org'
    check born/class "$(ctl list default Contacts | awk -F '\t' '$3 == "Crew" { print $2 }')" IPM.DistList
    ctl set default Contacts Crew PSETID_Address:8053:001F 'Crew 2' >/dev/null
    ctl set default Contacts Crew 3001001F 'Crew 2' >/dev/null
    ctl set default Contacts Crew PSETID_Address:8005:001F 'Crew 2' >/dev/null
    sync_counts
    check born/renamed-in-outlook "$code $counts" '0 0 0 0 0 1 0 0'
    check born/members-stay "$(members 'Crew 2')" 'Dora gus@example.org'
    quiet born
}

# Another state file: everything is matched again and nothing is copied.
test_adopt() {
    export LOCKSTEP_HOME='C:\lockstep\home2'
    local people lists_there
    people=$(ctl list default Contacts | wc -l)
    lists_there=$(members Team)
    lockstep account add outlook --outlook
    lockstep account add server --url "$url" --user alice --allow-http
    lockstep link outlook:contacts server:conf-contacts --name contacts
    check adopt/link "$code" 0
    before=$(raw Team)
    sync_counts
    check adopt/nothing-made "$code $(cut -d ' ' -f 1,3,4,6,7 <<<"$counts")" '0 0 0 0 0 0'
    check adopt/none-twice "$(ctl list default Contacts | wc -l)" "$people"
    check adopt/list-untouched "$(raw Team)" "$before"
    quiet adopt
}
