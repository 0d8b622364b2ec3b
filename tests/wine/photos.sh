# Sourced after outlook.sh by the tests about photos of contacts; photo_files makes them in the current folder.
photo_files() {
    python3 "$LOCKSTEP_ROOT/tests/photo.py" 300000 1 >big.jpg
    python3 "$LOCKSTEP_ROOT/tests/photo.py" 2000 2 >small.jpg
    python3 "$LOCKSTEP_ROOT/tests/photo.py" 40000 3 png >other.png
    python3 "$LOCKSTEP_ROOT/tests/photo.py" 5000000 4 >huge.jpg
    head -c 20000 /dev/urandom >letter.doc
    letter_line="letter.doc file 1 .doc 20000 $(sum letter.doc)"
}

uri() { printf 'data:image/%s;base64,%s' "$2" "$(base64 -w 0 "$1")"; } # FILE SUBTYPE
sum() { sha256sum "$1" | cut -d ' ' -f 1; }
# What the item has attached, from the emulation: name, whether it is the photo, length, hash; and whether the item says that it has one.
attached() { # SUBJECT
    ctl dump default Contacts --subject "$1" | python3 -c '
import hashlib, json, sys
item = json.load(sys.stdin)
item = item[0] if isinstance(item, list) else item
find = lambda p, key: next((v for k, v in p.items() if k.split(" ")[0] == key), None)
for a in item.get("attachments", []):
    p = a["properties"]
    data = bytes.fromhex(find(p, "37010102")["hex"])
    print(find(p, "3707001F"), "photo" if find(p, "7FFF000B") else "file", find(p, "37050003"), find(p, "3703001F"), len(data), hashlib.sha256(data).hexdigest())
print("picture", next((v for k, v in item["properties"].items() if ":8015:" in k), None))'
}
photo_line() { echo "ContactPicture.jpg photo 1 .jpg $(stat -c %s "$1") $(sum "$1")"; }
set_photo() { # ITEM FILE SUBTYPE
    printf '{"p":{"kind":"photo","uri":"%s"}}' "$(uri "$2" "$3")" >value.json
    client set "contact:$(client folder "$contacts")" "$1" media @value.json
}


# ---- Outlook <-> a server ----
# The one vCard of the collection, and what its PHOTO holds, as a hash ("none").
card() { curl -sf -u alice:alicepw "$url$cards$(card_name)"; }
card_name() {
    curl -sf -u alice:alicepw -X PROPFIND -H 'Depth: 1' -H 'Content-Type: application/xml' \
        --data-binary '<propfind xmlns="DAV:"><prop><getetag/></prop></propfind>' "$url$cards" | grep -oE '[^<>/]+\.vcf</' | sed 's,</$,,' | sort -u
}
card_photo() {
    card | python3 -c '
import base64, hashlib, re, sys
text = re.sub(r"\r?\n[ \t]", "", sys.stdin.read())
found = re.search(r"^PHOTO[^:]*:(?:data:[^,]*,)?(.*)$", text, re.M)
print(hashlib.sha256(base64.b64decode(found.group(1).strip())).hexdigest() if found else "none")'
}
# Somebody else puts another photo (or none) into it.
card_put() { # [FILE TYPE]
    card | python3 -c '
import base64, re, sys
text = re.sub(r"\r?\n[ \t]", "", sys.stdin.read())
text = re.sub(r"^PHOTO.*\r?\n", "", text, flags=re.M)
photo = "PHOTO;ENCODING=b;TYPE=%s:%s\r\n" % (sys.argv[2], base64.b64encode(open(sys.argv[1], "rb").read()).decode()) if len(sys.argv) > 1 else ""
sys.stdout.write(text.replace("END:VCARD", photo + "END:VCARD"))' "$@" >put.vcf
    curl -sf -u alice:alicepw -X PUT -H 'Content-Type: text/vcard; charset=utf-8' --data-binary @put.vcf "$url$cards$(card_name)"
}
lockstep() { said=$(wine lockstep-cli.exe "$@" 2>&1 | tr -d '\r'; exit "${PIPESTATUS[0]}"); code=$?; }
quiet() { lockstep sync; check "$1" "$code $said" '0 Contacts: nothing to do'; }

photos_suite() { # NAME BASE_URL CONTACTS_HOME
    url=$2 cards=$3conf-contacts/
    outlook_start "photos-$1"
    trap 'cd /; wine_prefix_end; "$LOCKSTEP_ROOT/tests/servers/stop-server" "$LOCKSTEP_SCRATCH/server"' EXIT
    cp "$LOCKSTEP_WINDOWS/client/cli/lockstep-cli.exe" "$outlook_dir" || exit 1
    photo_files
    python3 "$LOCKSTEP_ROOT/tests/photo.py" 700000 5 >large.jpg
    make_collection contacts "$url$cards"
    export LOCKSTEP_PASSWORD=alicepw LOCKSTEP_HOME='C:\lockstep\home'
    lockstep account add outlook --outlook
    lockstep account add server --url "$url" --user alice --allow-http
    lockstep link outlook:contacts server:conf-contacts
    check_like link/says-the-limit "$said" 'photos up to 512 KB'
    local id name='Ada Quill'
    id=$(client create "$contacts" "$ada" stamp-1)
    ctl attach default Contacts "$id" letter.doc letter.doc
    ctl attach default Contacts "$id" ContactPicture.jpg big.jpg photo

    lockstep sync
    check to-server/sync "$code ${said%%$'\n'*}" '0 Contacts: server: 1 created'
    check to-server/photo "$(card_photo)" "$(sum big.jpg)"
    quiet to-server/quiet
    card >before.vcf
    client set "$contacts" "$id" notes/n1/note '"second"' >/dev/null
    lockstep sync
    check other-edit/photo "$(card_photo)" "$(sum big.jpg)"
    check other-edit/lines "$(diff <(sorted_parameters <before.vcf) <(card | sorted_parameters) | grep -cE '^[<>] (PHOTO| )')" 0
    check other-edit/outlook "$(attached "$name")" "$letter_line"$'\n'"$(photo_line big.jpg)"$'\npicture None'

    card_put other.png PNG
    lockstep sync
    check from-server/sync "$code $said" '0 Contacts: outlook: 1 changed'
    check from-server/attached "$(attached "$name")" "$letter_line"$'\n'"$(photo_line other.png)"$'\npicture True'
    quiet from-server/quiet
    lockstep history --json
    lockstep undo "$(python3 -c 'import json, sys; print(json.loads(sys.argv[1])["runs"][0]["run"])' "$said")"
    check undo/outlook "$(attached "$name")" "$letter_line"$'\n'"$(photo_line big.jpg)"$'\npicture True'
    check undo/server "$(card_photo)" "$(sum big.jpg)"
    quiet undo/quiet

    card_put
    lockstep sync
    check removed/outlook "$(attached "$name")" "$letter_line"$'\npicture False'
    quiet removed/quiet
    set_photo "$id" small.jpg jpeg >/dev/null
    lockstep sync
    check again/server "$(card_photo)" "$(sum small.jpg)"

    ctl attach default Contacts "$id" ContactPicture.jpg large.jpg photo
    lockstep sync
    check_like limit/told "$said" 'photo \([0-9]+ KB\) is larger than this link lets pass \(512 KB\) and stays'
    check limit/server "$(card_photo)" "$(sum small.jpg)"
    check limit/outlook "$(attached "$name")" "$letter_line"$'\n'"$(photo_line large.jpg)"$'\npicture True'
    quiet limit/quiet
    lockstep link set Contacts --photo-limit 9999
    check_like limit/too-much "$code $said" "^2 .*'9999' is no size of photos: a number of kilobytes from 0"
    lockstep link set Contacts --photo-limit 1024
    check_like limit/raised "$code $said" '^0 .*photos up to 1024 KB'
    lockstep sync
    check limit/raised/server "$(card_photo)" "$(sum large.jpg)"
    quiet limit/raised/quiet
    no_violations no-violations
}
