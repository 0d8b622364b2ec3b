/* seal TEXT ENTROPY: what a .NET program stores of a password (ProtectedData.Protect of its UTF-16 with that
 * entropy, for this user), in base64. Both arguments are ASCII. */
#include "client/base/buf.h"
#include "client/base/mem.h"

#include <windows.h>

#include <dpapi.h>
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
    WCHAR wide[200] = L"";
    if (argc != 3 || !MultiByteToWideChar(CP_UTF8, 0, argv[1], -1, wide, ARRAY_LEN(wide))) {
        fputs("usage: seal TEXT ENTROPY\n", stderr);
        return 2;
    }
    DATA_BLOB in = {(DWORD)(wcslen(wide) * sizeof *wide), (BYTE *)wide}, out;
    DATA_BLOB entropy = {(DWORD)strlen(argv[2]), (BYTE *)argv[2]};
    if (!CryptProtectData(&in, NULL, &entropy, NULL, NULL, CRYPTPROTECT_UI_FORBIDDEN, &out)) {
        fprintf(stderr, "seal: error %lu\n", GetLastError());
        return 1;
    }
    CLEANUP(mem_free) char *text = base64_encode(out.pbData, out.cbData);
    puts(text);
    LocalFree(out.pbData);
    return 0;
}
