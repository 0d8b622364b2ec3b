# Sourced by the end-to-end suites: checks that print one line each, and the count at the end.
passed=0 failed=0
ok() { echo "ok $1"; passed=$((passed + 1)); }
fail() { echo "FAIL $1: $2"; failed=$((failed + 1)); }
equal() { # NAME GOT WANTED
    if [ "$2" = "$3" ]; then ok "$1"; else fail "$1" "got '$2', want '$3'"; fi
}
matches() { # NAME TEXT EXTENDED_REGEX
    if grep -Eqi -- "$3" <<<"$2"; then ok "$1"; else fail "$1" "'$2' does not match '$3'"; fi
}
counts() { # ends the script
    echo "$passed passed, $failed failed"
    [ "$failed" = 0 ]
    exit
}
