#!/usr/bin/env python3
"""build.py --scope machine|user --version X.Y.Z --files DIR --out FILE.msi: one MSI of what is in DIR.

DIR holds the files that lockstep.wxs names (stage.py puts them there). wixl makes the database; what it has no word for is
written afterwards, by queries to its tables and, for what no query reaches, into the summary. The same input gives the same bytes:
every code follows from the version, the scope and the contents, and every time is SOURCE_DATE_EPOCH (default: 2000-01-01).
"""
import argparse
import hashlib
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import uuid

HERE = os.path.dirname(os.path.abspath(__file__))
OURS = uuid.UUID('3a356823-fae9-4606-a7d8-55b8f25caa20')  # the name space of the codes made here
PRESETS = {'SERVERURL': 'ServerUrl', 'SERVERUSER': 'ServerUser', 'SERVERSIGNIN': 'ServerSignIn', 'OAUTHCLIENTS': 'OauthClients', 'ACCOUNTNAME': 'AccountName', 'LINKS': 'Links',
           'INTERVALMINUTES': 'IntervalMinutes', 'LANGUAGE': 'Language', 'DEBUGLOGGING': 'DebugLogging', 'FIRSTSYNCBACKUP': 'FirstSyncBackup',
           'OUTLOOKAPART': 'OutlookApart', 'BACKUPKEEP': 'BackupKeep', 'HISTORYDAYS': 'HistoryDays', 'HISTORYMB': 'HistoryMb'}  # property: its component
COMPONENTS = (*PRESETS.values(), 'Program', 'CommandLine', 'Outlook', 'Host32', 'Host64', 'Texts', 'EventSource', 'OutlookClass', 'StartWithWindows', 'StartMenu')
SUMMARY = uuid.UUID('f29f85e0-4ff9-1068-ab91-08002b27b3d9').bytes_le  # FMTID_SummaryInformation, [MS-OLEPS] 2.21
MADE, SAVED = 12, 13  # PIDSI_CREATE_DTM, PIDSI_LASTSAVE_DTM
EPOCH = int(os.environ.get('SOURCE_DATE_EPOCH', '946684800'))
FEATURE_ALWAYS = 16  # msidbFeatureAttributesUIDisallowAbsent
NO_ADVERTISE = 8  # msidbFeatureAttributesDisallowAdvertise


def code(*words):
    """The same words, the same code."""
    return '{' + str(uuid.uuid5(OURS, ' '.join(words))).upper() + '}'


def file_version(path):
    """'1.2.3.4' of a program's VS_FIXEDFILEINFO; None for a file that has none."""
    with open(path, 'rb') as file:
        data = file.read()
    at = data.find(struct.pack('<II', 0xFEEF04BD, 0x10000))
    if not data.startswith(b'MZ') or at < 0:
        return None
    high, low = struct.unpack_from('<II', data, at + 8)
    return f'{high >> 16}.{high & 0xffff}.{low >> 16}.{low & 0xffff}'


def contents(folder):
    digest = hashlib.sha256()
    for name in sorted(os.listdir(folder)):
        with open(os.path.join(folder, name), 'rb') as file:
            digest.update(name.encode() + b'\0' + hashlib.sha256(file.read()).digest())
    return digest.hexdigest()


def make(scope, version, scratch, out):
    """The database as wixl makes it. Components of the two scopes differ in where they are, so in their codes."""
    words = {'Scope': scope, 'Version': version, 'ProductCode': code('product', scope, version)}
    words.update({f'{name}Guid': code('component', scope, name) for name in COMPONENTS})
    defines = [part for name, value in words.items() for part in ('-D', f'{name}={value.strip("{}")}')]
    # wixl takes names of files as seen from where its source lies, and only those.
    shutil.copyfile(os.path.join(HERE, 'lockstep.wxs'), os.path.join(scratch, 'lockstep.wxs'))
    subprocess.run(['wixl', *defines, '-o', out, 'lockstep.wxs'], cwd=scratch, check=True)


# A program in the installation folder that is run as the user: msidbCustomActionTypeExe + Directory, and what becomes of its end.
RUN, IGNORE_RESULT, DO_NOT_WAIT = 34, 64, 192
# A running Lockstep ends first, at its next safe point, and is started again where it ran.
ACTIONS = (
    ('EndForUpdate', RUN + IGNORE_RESULT, '"[INSTALLDIR]lockstep.exe" /exit /update', 'WIX_UPGRADE_DETECTED OR (Installed AND REMOVE <> "ALL")', 1397),
    ('EndForGood', RUN + IGNORE_RESULT, '"[INSTALLDIR]lockstep.exe" /exit', 'REMOVE = "ALL"', 1398),
    ('Forget', RUN + IGNORE_RESULT, '"[INSTALLDIR]lockstep.exe" /exit /forget', 'REMOVE = "ALL" AND REMOVESETTINGS = "1" AND NOT UPGRADINGPRODUCTCODE', 1399),
    ('StartAgain', RUN + DO_NOT_WAIT, '"[INSTALLDIR]lockstep.exe" /updated', 'REMOVE <> "ALL"', 6601),
)


def query(msi, text):
    subprocess.run(['msibuild', msi, '-q', text], check=True)


def complete(msi, files):
    """What wixl leaves empty: without versions a repair would not know which file is newer."""
    for name in sorted(os.listdir(files)):
        version = file_version(os.path.join(files, name))
        if version:
            query(msi, f"UPDATE `File` SET `Version`='{version}', `Language`='1033' WHERE `File`='{name.replace('-', '_')}'")
    query(msi, f"UPDATE `Feature` SET `Attributes`={FEATURE_ALWAYS | NO_ADVERTISE} WHERE `Feature`='Lockstep'")
    for name in ('Autostart', 'Menu', 'Class'):
        query(msi, f"UPDATE `Feature` SET `Attributes`={NO_ADVERTISE} WHERE `Feature`='{name}'")
    for name, component in PRESETS.items():
        query(msi, f"UPDATE `Component` SET `Condition`='{name}' WHERE `Component`='{component}'")
    for action, kind, command, condition, when in ACTIONS:
        query(msi, f"INSERT INTO `CustomAction` (`Action`, `Type`, `Source`, `Target`) VALUES ('{action}', {kind}, 'INSTALLDIR', '{command}')")
        query(msi, f"INSERT INTO `InstallExecuteSequence` (`Action`, `Condition`, `Sequence`) VALUES ('{action}', '{condition}', {when})")
    # What is given at the command line must be passed on to the part that runs with rights.
    passed_on = ';'.join(('WIX_DOWNGRADE_DETECTED', 'WIX_UPGRADE_DETECTED', 'INSTALLDIR', *PRESETS, 'REMOVESETTINGS'))
    query(msi, f"UPDATE `Property` SET `Value`='{passed_on}' WHERE `Property`='SecureCustomProperties'")


def set_times(msi, seconds):
    """Both times of the summary. A property set is a table of ids and offsets, each value after its type ([MS-OLEPS] 2.20, 2.21)."""
    filetime = struct.pack('<Q', (seconds + 11644473600) * 10000000)
    with open(msi, 'rb') as file:
        data = bytearray(file.read())
    start = data.find(SUMMARY)
    section = start - 28 + struct.unpack_from('<I', data, start + 16)[0]
    count = struct.unpack_from('<I', data, section + 4)[0]
    for i in range(count):
        kind, offset = struct.unpack_from('<II', data, section + 8 + i * 8)
        if kind in (MADE, SAVED):
            data[section + offset + 4:section + offset + 12] = filetime
    with open(msi, 'wb') as file:
        file.write(data)


def main():
    parser = argparse.ArgumentParser()
    for name in ('scope', 'version', 'files', 'out'):
        parser.add_argument(f'--{name}', required=True)
    args = parser.parse_args()
    if args.scope not in ('machine', 'user'):
        sys.exit(f"build.py: '{args.scope}' is no scope: machine or user")
    with tempfile.TemporaryDirectory() as scratch:
        files = os.path.join(scratch, 'files')  # the database keeps the times of what is packed
        shutil.copytree(args.files, files)
        for name in os.listdir(files):
            os.utime(os.path.join(files, name), (EPOCH, EPOCH))
        made = os.path.join(scratch, 'made.msi')
        make(args.scope, args.version, scratch, made)
        complete(made, files)
        package = code('package', args.scope, args.version, contents(files))
        subprocess.run(['msibuild', made, '-s', 'Lockstep', 'Lockstep', 'Intel;1033', package], check=True)
        set_times(made, EPOCH)
        shutil.copyfile(made, args.out)


main()
