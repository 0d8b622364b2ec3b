# Sourced after wine.sh by suites that install the MSIs.
#
#   msi_make SCOPE VERSION OUT    an MSI of what this machine's Windows can run; SCOPE is machine or user
#   msi_stage OUT BUILD           the folder OUT with what an MSI of the build folder BUILD has in it
#   msi_files                     such a folder, for this machine
#   program_files                 the folder in drive_c that Lockstep's is made in
#   msi_view                      what `reg` needs to see the MSI's part of HKLM\Software; may be empty
#
# The MSIs are 32-bit packages with 32-bit programs. Where only 64-bit programs run (tests/wine/bits) the tests install the same package
# with the programs of the 64-bit build in the place of those, so that all that Windows Installer does is the same.
msi_stage() { # OUT BUILD
    python3 "$LOCKSTEP_ROOT/installer/stage.py" "$1" "$LOCKSTEP_ROOT/subprojects" "$LOCKSTEP_ROOT/LICENSE" i686-w64-mingw32-strip x86_64-w64-mingw32-strip \
        "$2"/{client/tray/lockstep.exe,client/cli/lockstep-cli.exe,shim/LockstepOutlook.dll,resources/lockstep.ico} \
        "$LOCKSTEP_WIN32/shim/host/lockstep-host32.exe" "$LOCKSTEP_WIN64/shim/host/lockstep-host64.exe"
}

if [ "$wine_bits" = 32 ]; then
    msi_files=$LOCKSTEP_WIN32/installer/files program_files='Program Files' msi_view=
else
    msi_files=$LOCKSTEP_SCRATCH/msi-files program_files='Program Files (x86)' msi_view=/reg:32
    msi_stage "$msi_files" "$LOCKSTEP_WIN64"
fi

msi_make() { # SCOPE VERSION OUT
    python3 "$LOCKSTEP_ROOT/installer/build.py" --scope "$1" --version "$2" --files "$msi_files" --out "$3"
}
