/* Faults on demand: the n-th call of a kind returns an error, once or for good, or ends the
 * process.
 *
 * A list of faults is `KIND:N:HRESULT[:once|always]`, several separated by commas. KIND is a method
 * (`SaveChanges`), an object's method (`Attach.SaveChanges`, `Stream.Write`) or `*`, any call; N
 * counts from 1 within the process; HRESULT is 0x..., `crash` or `crash-after`, which lets the call
 * act first, or `hang`: it never returns. Without a fourth field the fault happens once. With a
 * warning (a HRESULT of success) QueryRows gives half of the rows, and the table ends there.
 *
 * With LOCKSTEP_OUTLOOK_CALLS naming a file, each call adds a line `OBJECT.METHOD` to it: the calls
 * that `*` counts.
 */
#include "tests/outlook/process.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FAULT_MAX       16
#define FAULT_EXIT_CODE 86 /* what a crashed process returns */

struct fault {
    char kind[48];
    ULONG at;
    ULONG seen;
    HRESULT result;
    BOOL crash;
    BOOL after;
    BOOL hang;
    BOOL always;
};

struct faults {
    BOOL loaded;
    ULONG count;
    struct fault list[FAULT_MAX];
};

static const char *fault_parse_one(const char *text, struct fault *ret_fault)
{
    struct fault fault = {{0}, 0, 0, S_OK, FALSE, FALSE, FALSE, FALSE};
    size_t length = strcspn(text, ":");
    char *end;

    if (length == 0 || length >= sizeof(fault.kind) || text[length] != ':') {
        return NULL;
    }
    memcpy(fault.kind, text, length);
    fault.at = strtoul(text + length + 1, &end, 10);
    if (fault.at == 0 || *end != ':') {
        return NULL;
    }
    text = end + 1;
    if (!strncmp(text, "crash", 5)) {
        fault.crash = TRUE;
        text += 5;
        if (!strncmp(text, "-after", 6)) {
            fault.after = TRUE;
            text += 6;
        }
    } else if (!strncmp(text, "hang", 4)) {
        fault.hang = TRUE;
        text += 4;
    } else {
        fault.result = (HRESULT)strtoul(text, &end, 0);
        if (end == text || fault.result == S_OK) {
            return NULL;
        }
        text = end;
    }
    if (!strncmp(text, ":always", 7)) {
        fault.always = TRUE;
        text += 7;
    } else if (!strncmp(text, ":once", 5)) {
        text += 5;
    }
    *ret_fault = fault;
    return text;
}

static BOOL fault_parse(const char *spec, struct faults *faults)
{
    faults->count = 0;
    while (*spec) {
        if (faults->count == FAULT_MAX) {
            return FALSE;
        }
        spec = fault_parse_one(spec, &faults->list[faults->count++]);
        if (!spec || (*spec && *spec != ',')) {
            return FALSE;
        }
        spec += *spec == ',';
    }
    return TRUE;
}

BOOL fault_check_syntax(const char *spec)
{
    struct faults faults;

    if (!fault_parse(spec, &faults)) {
        fprintf(stderr,
            "not a list of faults (KIND:N:HRESULT|crash|crash-after|hang[:once|always],...): %s\n",
            spec);
        return FALSE;
    }
    return TRUE;
}

static void fault_load(struct faults *faults)
{
    char spec[1024];
    struct storage *storage;
    char *text = NULL;

    faults->loaded = TRUE;
    if (GetEnvironmentVariableA("LOCKSTEP_OUTLOOK_FAULT", spec, sizeof(spec))) {
        text = spec;
    } else if (SUCCEEDED(process_storage(&storage)) &&
               SUCCEEDED(storage_get_text(storage, "fault", &text))) {
        snprintf(spec, sizeof(spec), "%s", text);
        emu_free(text);
        text = spec;
    }
    if (text && !fault_parse(text, faults)) {
        violation("BAD_FAULT", "%s", text);
        faults->count = 0;
    }
}

static BOOL fault_matches(const struct fault *fault, const char *object, const char *method)
{
    const char *dot = strchr(fault->kind, '.');

    if (!strcmp(fault->kind, "*")) {
        return TRUE;
    }
    if (!dot) {
        return !strcmp(fault->kind, method);
    }
    return strlen(object) == (size_t)(dot - fault->kind) &&
           !strncmp(fault->kind, object, strlen(object)) && !strcmp(dot + 1, method);
}

/* Each write is one call to the system, so that a crash loses none. */
static void fault_note_call(const char *object, const char *method)
{
    static HANDLE file;
    char path[MAX_PATH], line[96];
    DWORD written;

    if (!file) {
        DWORD n = GetEnvironmentVariableA("LOCKSTEP_OUTLOOK_CALLS", path, sizeof(path));
        file = n && n < sizeof(path) ? CreateFileA(path, FILE_APPEND_DATA, FILE_SHARE_READ, NULL,
                                           OPEN_ALWAYS, FILE_ATTRIBUTE_NORMAL, NULL)
                                     : INVALID_HANDLE_VALUE;
    }
    if (file != INVALID_HANDLE_VALUE) {
        int n = snprintf(line, sizeof(line), "%s.%s\n", object, method);
        WriteFile(file, line, (DWORD)n, &written, NULL);
    }
}

void fault_crash(void)
{
    TerminateProcess(GetCurrentProcess(), FAULT_EXIT_CODE);
}

HRESULT fault_hit(const char *object, const char *method)
{
    BOOL dies;
    HRESULT hr = fault_begin(object, method, &dies);

    if (dies) {
        fault_crash();
    }
    return hr;
}

HRESULT fault_begin(const char *object, const char *method, BOOL *ret_dies)
{
    static struct faults faults; /* the counts belong to the process */
    HRESULT hr = S_OK;
    BOOL hangs = FALSE;

    *ret_dies = FALSE;
    process_lock();
    if (!faults.loaded) {
        fault_load(&faults);
    }
    fault_note_call(object, method);
    for (ULONG i = 0; i < faults.count; i++) {
        struct fault *fault = &faults.list[i];
        if (!fault_matches(fault, object, method)) {
            continue;
        }
        fault->seen++;
        if (fault->seen == fault->at || (fault->always && fault->seen > fault->at)) {
            if (fault->crash && !fault->after) {
                fault_crash();
            }
            *ret_dies |= fault->after;
            hangs |= fault->hang;
            hr = fault->result;
        }
    }
    process_unlock();
    if (hangs) {
        Sleep(INFINITE);
    }
    return hr;
}
