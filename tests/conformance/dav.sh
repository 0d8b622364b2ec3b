# Sourced by the suites that run the store contract against a DAV server: makes empty collections and runs.

# make_collection contacts|events|meetings|tasks|notes URL
make_collection() {
    if [ "$1" = contacts ]; then
        set -- "$2" MKCOL '<D:mkcol xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:carddav"><D:set><D:prop><D:resourcetype><D:collection/><C:addressbook/></D:resourcetype><D:displayname>conf-contacts</D:displayname></D:prop></D:set></D:mkcol>'
    else
        component=VEVENT
        [ "$1" = tasks ] && component=VTODO
        [ "$1" = notes ] && component=VJOURNAL
        set -- "$2" MKCALENDAR "<C:mkcalendar xmlns:D=\"DAV:\" xmlns:C=\"urn:ietf:params:xml:ns:caldav\"><D:set><D:prop><D:displayname>conf-$1</D:displayname><C:supported-calendar-component-set><C:comp name=\"$component\"/></C:supported-calendar-component-set></D:prop></D:set></C:mkcalendar>"
    fi
    curl -sf -o /dev/null -u alice:alicepw -X "$2" -H 'Content-Type: application/xml; charset=utf-8' --data-binary "$3" "$1" ||
        { echo "FAIL dav: cannot make $1"; exit 1; }
}

# conformance_dav NAME BASE_URL CONTACTS_HOME CALENDAR_HOME [without-notes]; $account: the address below BASE_URL that a person types
conformance_dav() {
    local notes=conf-notes
    make_collection contacts "$2$3conf-contacts/"
    make_collection events "$2$4conf-events/"
    make_collection tasks "$2$4conf-tasks/"
    if [ "${5:-}" = without-notes ]; then notes=-; else make_collection notes "$2$4conf-notes/"; fi
    "$LOCKSTEP_NATIVE/tests/conformance/conformance" dav "$1" "$2${account:-}" alice alicepw conf-contacts conf-events conf-tasks "$notes"
}
