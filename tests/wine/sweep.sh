# Sourced after outlook.sh: every MAPI call of an operation fails in turn, or the process dies in it.
fail_code=0x80004005

# The calls of a command in the emulation's words, with their counts, from its trace on stdin: "OpenEntry 3".
count_calls() {
    tr -d '\r' | sed -nE 's/^trace mapi: (I[A-Za-z]+::|MAPI)([A-Za-z]+) .*/\2/p' | sed 's/^LogonEx$/Logon/' |
        sort | uniq -c | while read -r n call; do echo "$call $n"; done
}

# Fails every call of a command in turn. BEFORE runs ahead of each try and sets `args`, the command; AFTER says what is wrong with the
# mailbox then, or nothing ($1: the exit status, $2: the output).
sweep() { # NAME HRESULT PATTERN-OF-GOOD-ERRORS BEFORE AFTER
    local name=$1 hr=$2 good=$3 before=$4 after=$5 call count n out status wrong='' tries=0 errors=0
    "$before"
    out=$(LOCKSTEP_TRACE=1 client "${args[@]}" 2>"$LOCKSTEP_SCRATCH/trace")
    status=$?
    out=$("$after" $status "$out")
    [ $status = 0 ] && [ -z "$out" ] || wrong="without a fault: $out"
    while read -r call count; do
        for n in $(seq 1 "$count"); do
            "$before"
            out=$(LOCKSTEP_OUTLOOK_FAULT="$call:$n:$hr" client "${args[@]}")
            status=$?
            tries=$((tries + 1))
            if [ $status != 0 ]; then
                errors=$((errors + 1))
                grep -qE "$good" <<<"$out" || wrong="$wrong [$call:$n: $out]"
            fi
            out=$("$after" $status "$out")
            [ -z "$out" ] || wrong="$wrong [$call:$n: $out]"
        done
    done < <(count_calls <"$LOCKSTEP_SCRATCH/trace")
    if [ -n "$wrong" ]; then
        fail "$name" "$wrong"
    elif [ $errors -lt 8 ]; then
        fail "$name" "only $errors of $tries faults were noticed"
    else
        pass "$name ($errors errors in $tries faults)"
    fi
}
any_error='^error: (offline|server|incomplete|auth|io|refused|internal|unsupported|invalid): .{20,}'
