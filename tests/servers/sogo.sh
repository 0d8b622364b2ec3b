# Sourced by *sogo.test, before anything is started: ends the suite, and says so, where no SOGo can be. Its homes for alice:
sogo_cards=/SOGo/dav/alice/Contacts/ sogo_calendars=/SOGo/dav/alice/Calendar/

sogo_missing=$("$LOCKSTEP_ROOT/tests/servers/start-sogo" --check) || {
    echo "skip sogo: $sogo_missing"
    echo '0 passed, 0 failed, 1 skipped'
    exit 0
}
