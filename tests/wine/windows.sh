# Sourced by windows*.test: a screen, an emulated Outlook, a Radicale, and lockstep.exe with its windows worked by ui.exe (ui.c).
#
#   windows_start NAME       all of that, nothing linked, the program not started; $url is the server
#   windows_open, windows_end   the program with its main window, called $main
#   ui COMMAND ...           see tests/wine/ui.c
#   shot NAME TITLE          a window as NAME-DPI.png in $LOCKSTEP_SCREENS, if that is set
# LOCKSTEP_DPI: dots per inch, 96 if not set. LOCKSTEP_CONTRAST: if set, the colours of Windows' "High Contrast Black".
. "$LOCKSTEP_ROOT/tests/wine/outlook.sh"
. "$LOCKSTEP_ROOT/tests/conformance/dav.sh"
servers=$LOCKSTEP_ROOT/tests/servers
main=Lockstep
dpi=${LOCKSTEP_DPI:-96}

# Through files, not pipes: the first program that needs the screen starts Wine's explorer, which would hold the pipe open for good.
run() {
    wine "$@" >run.out 2>&1
    local code=$?
    tr -d '\r' <run.out
    return $code
}
ui() { run ui.exe "$@"; }
post() { run tray_post.exe "$@"; }
lockstep() { run lockstep-cli.exe "$@"; }
server_cards() { find "$LOCKSTEP_SCRATCH/server/collections" -name .Radicale.cache -prune -o -name '*.vcf' -print; }
shot() { # NAME TITLE
    [ -n "${LOCKSTEP_SCREENS:-}" ] || return 0
    sleep 0.3
    import -window root -crop "$(ui rect "$2")" +repage "$LOCKSTEP_SCREENS/$1-$dpi.png"
}

# Black and white for all but what is selected (blue) and what cannot be used (green).
high_contrast() {
    local names=(Scrollbar Background ActiveTitle InactiveTitle Menu Window WindowFrame MenuText WindowText TitleText ActiveBorder
        InactiveBorder AppWorkspace Hilight HilightText ButtonFace ButtonShadow GrayText ButtonText InactiveTitleText ButtonHilight
        ButtonDkShadow ButtonLight InfoText InfoWindow HotTrackingColor MenuBar MenuHilight)
    local name colour
    for name in "${names[@]}"; do
        case $name in
            *Text | ButtonHilight | WindowFrame | ActiveBorder | InactiveBorder | ButtonDkShadow) colour='255 255 255' ;;
            Hilight | MenuHilight | ActiveTitle) colour='0 0 255' ;;
            *) colour='0 0 0' ;;
        esac
        [ "$name" != GrayText ] || colour='0 255 0'
        [ "$name" != HotTrackingColor ] || colour='255 255 0'
        wine reg add 'HKCU\Control Panel\Colors' /v "$name" /d "$colour" /f >/dev/null 2>&1 || return
    done
    # Wine's theme has colours of its own, and no high contrast.
    wine reg add 'HKCU\Software\Microsoft\Windows\CurrentVersion\ThemeManager' /v ThemeActive /d 0 /f >/dev/null 2>&1
}

windows_start() { # NAME
    url=$("$servers/start-radicale" "$LOCKSTEP_SCRATCH/server") || exit 1
    wine_display_new 2048x1536 || exit 1
    outlook_start "$1"
    [ "$dpi" = 96 ] || wine reg add 'HKCU\Control Panel\Desktop' /v LogPixels /t REG_DWORD /d "$dpi" /f >/dev/null 2>&1
    [ -z "${LOCKSTEP_CONTRAST:-}" ] || high_contrast || exit 1
    trap 'cd /; wine_prefix_end; wine_display_end; "$servers/stop-server" "$LOCKSTEP_SCRATCH/server"' EXIT
    cp "$LOCKSTEP_WINDOWS"/client/tray/lockstep.exe "$LOCKSTEP_WINDOWS"/client/cli/lockstep-cli.exe "$LOCKSTEP_WINDOWS"/tests/wine/ui.exe \
        "$LOCKSTEP_WINDOWS"/tests/wine/tray_post.exe "$outlook_dir" || exit 1
    make_collection contacts "$url/alice/contacts/"
    make_collection events "$url/alice/calendar/"
    import=$(winepath -w "$LOCKSTEP_ROOT/tests/outlook/samples")
    ctl import default Contacts "$import\\contacts.json" >/dev/null
    ctl import default Calendar "$import\\calendar.json" >/dev/null
    export LOCKSTEP_HOME='C:\lockstep\home'
}

# Starts the program with its window open.
windows_open() {
    wine lockstep.exe /open >tray.out 2>&1 &
    tray=$!
    ui wait "$main" 30; check main/opens $? 0
}

# Ends it, and looks whether it has said anything or done anything that Outlook forbids.
windows_end() {
    post command exit; post gone 15; check exit $? 0
    wait $tray; check exit/code $? 0
    check quiet "$(cat tray.out)" ''
    no_violations no-violations
}
