/* Compressed RTF: LZFu as [MS-OXRTFCP] describes it, and a small reader of RTF's text; see rtf.h.
 */
#include "tests/outlook/rtf.h"

#include <stdlib.h>
#include <string.h>

#define RTF_LZFU      0x75465A4Cu
#define RTF_MELA      0x414C454Du
#define RTF_HEADER    16u
#define RTF_WINDOW    4096u
#define RTF_MATCH_MIN 2u
#define RTF_MATCH_MAX 17u
#define RTF_RAW_LIMIT (64u * 1024 * 1024)

static const char rtf_prefix[] =
    "{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern "
    "\\fscript \\fdecor "
    "MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par "
    "\\pard\\plain\\f0"
    "\\fs20\\b\\i\\u\\tab\\tx";

static ULONG rtf_crc(const BYTE *data, size_t size)
{
    ULONG crc = 0;

    for (size_t i = 0; i < size; i++) {
        crc ^= data[i];
        for (int bit = 0; bit < 8; bit++) {
            crc = (crc >> 1) ^ (crc & 1 ? 0xEDB88320u : 0);
        }
    }
    return crc;
}

static BOOL rtf_inflate(struct reader *in, ULONG raw_size, struct buffer *out)
{
    BYTE window[RTF_WINDOW] = {0};
    ULONG at = sizeof(rtf_prefix) - 1;

    memcpy(window, rtf_prefix, at);
    for (;;) {
        const BYTE *control = reader_take(in, 1);
        for (int bit = 0; control && bit < 8; bit++) {
            const BYTE *token = reader_take(in, (*control >> bit) & 1 ? 2 : 1);
            ULONG from;
            ULONG length;
            if (!token) {
                return out->size >= raw_size; /* some writers leave out the end marker */
            }
            if (!((*control >> bit) & 1)) {
                buffer_put(out, token, 1);
                window[at] = *token;
                at = (at + 1) % RTF_WINDOW;
                continue;
            }
            from = ((ULONG)token[0] << 4) | (token[1] >> 4);
            length = (token[1] & 15u) + RTF_MATCH_MIN;
            if (from == at) {
                return TRUE;
            }
            for (; length > 0; length--) {
                BYTE byte = window[from];
                buffer_put(out, &byte, 1);
                window[at] = byte;
                at = (at + 1) % RTF_WINDOW;
                from = (from + 1) % RTF_WINDOW;
            }
        }
        if (!control || out->size > RTF_RAW_LIMIT) {
            return control == NULL && out->size >= raw_size;
        }
    }
}

BOOL rtf_decompress(const BYTE *data, size_t size, struct buffer *ret_rtf)
{
    struct reader in = {data, size, FALSE};
    struct buffer out = {0};
    ULONG compressed_size = reader_u32(&in);
    ULONG raw_size = reader_u32(&in);
    ULONG type = reader_u32(&in);
    ULONG crc = reader_u32(&in);
    BOOL good;

    if (in.bad || compressed_size < RTF_HEADER - 4 || compressed_size + 4 > size ||
        raw_size > RTF_RAW_LIMIT) {
        return FALSE;
    }
    in.left = compressed_size + 4 - RTF_HEADER; /* trailing bytes do not belong to it */
    if (type == RTF_MELA) {
        const BYTE *raw = reader_take(&in, raw_size);
        good = raw != NULL;
        if (good) {
            buffer_put(&out, raw, raw_size);
        }
    } else {
        good = type == RTF_LZFU && rtf_crc(in.data, in.left) == crc &&
               rtf_inflate(&in, raw_size, &out);
    }
    if (!good) {
        buffer_fini(&out);
        return FALSE;
    }
    *ret_rtf = out;
    return TRUE;
}

/* The longest earlier occurrence of what is at `position`, within the window. `text` begins with
 * the prefix. */
static ULONG rtf_match(const BYTE *text, size_t end, size_t position, size_t *ret_from)
{
    size_t oldest =
        position > RTF_WINDOW - RTF_MATCH_MAX ? position - (RTF_WINDOW - RTF_MATCH_MAX) : 0;
    ULONG best = 0;

    for (size_t from = position; from-- > oldest && best < RTF_MATCH_MAX;) {
        ULONG length = 0;
        while (length < RTF_MATCH_MAX && position + length < end && from + length < position &&
               text[from + length] == text[position + length]) {
            length++;
        }
        if (length > best) {
            best = length;
            *ret_from = from;
        }
    }
    return best;
}

static void rtf_deflate(const BYTE *rtf, size_t size, struct buffer *out)
{
    size_t position = sizeof(rtf_prefix) - 1;
    size_t end = position + size;
    BYTE *text = emu_alloc(end);
    BOOL done = FALSE;

    memcpy(text, rtf_prefix, position);
    memcpy(text + position, rtf, size);
    while (!done) {
        BYTE run[17] = {0};
        size_t used = 1;
        for (int bit = 0; bit < 8 && !done; bit++) {
            size_t from = position;
            ULONG length = position < end ? rtf_match(text, end, position, &from) : 0;
            if (position < end && length < RTF_MATCH_MIN) {
                run[used++] = text[position++];
                continue;
            }
            done = position == end; /* the end marker points at the write position */
            run[0] |= (BYTE)(1 << bit);
            from %= RTF_WINDOW;
            run[used++] = (BYTE)(from >> 4);
            run[used++] = (BYTE)((from << 4) | (done ? 0 : length - RTF_MATCH_MIN));
            position += done ? 0 : length;
        }
        buffer_put(out, run, used);
    }
    emu_free(text);
}

void rtf_compress(const BYTE *rtf, size_t size, BOOL plain, struct buffer *ret_data)
{
    struct buffer body = {0};
    struct buffer out = {0};

    if (plain) {
        buffer_put(&body, rtf, size);
    } else {
        rtf_deflate(rtf, size, &body);
    }
    buffer_put_u32(&out, (ULONG)(body.size + RTF_HEADER - 4));
    buffer_put_u32(&out, (ULONG)size);
    buffer_put_u32(&out, plain ? RTF_MELA : RTF_LZFU);
    buffer_put_u32(&out, plain ? 0 : rtf_crc(body.data, body.size));
    buffer_put(&out, body.data, body.size);
    buffer_fini(&body);
    *ret_data = out;
}

/* ---- text ---- */

#define RTF_DEPTH 64

struct rtf_state {
    BOOL skip;     /* a destination whose text is not the document's */
    LONG fallback; /* characters after a \u that stand for it */
};

struct rtf_reader {
    const BYTE *at;
    const BYTE *end;
    struct rtf_state stack[RTF_DEPTH];
    int depth;
    LONG to_skip; /* fallback characters still to be left out */
    UINT code_page;
    BOOL html; /* inside \htmlrtf, which is for RTF readers that know no HTML */
    struct buffer *out;
};

static void rtf_put(struct rtf_reader *reader, WCHAR character)
{
    if (reader->to_skip > 0) {
        reader->to_skip--;
    } else if (!reader->stack[reader->depth].skip && !reader->html) {
        buffer_put(reader->out, &character, sizeof(character));
    }
}

static void rtf_put_byte(struct rtf_reader *reader, BYTE byte)
{
    WCHAR character = byte;
    char narrow = (char)byte;

    if (byte >= 0x80) {
        MultiByteToWideChar(reader->code_page, 0, &narrow, 1, &character, 1);
    }
    rtf_put(reader, character);
}

static void rtf_word(struct rtf_reader *reader, const char *word, BOOL has_value, LONG value)
{
    static const char *const hidden[] = {
        "fonttbl", "colortbl", "stylesheet", "info", "pict", "header", "footer"};
    struct rtf_state *state = &reader->stack[reader->depth];

    for (size_t i = 0; i < ARRAYSIZE(hidden); i++) {
        state->skip = state->skip || !strcmp(word, hidden[i]);
    }
    if (!strcmp(word, "par") || !strcmp(word, "line")) {
        rtf_put(reader, L'\r');
        rtf_put(reader, L'\n');
    } else if (!strcmp(word, "tab")) {
        rtf_put(reader, L'\t');
    } else if (!strcmp(word, "u") && has_value) {
        rtf_put(reader, (WCHAR)value);
        reader->to_skip = state->fallback;
    } else if (!strcmp(word, "uc") && has_value) {
        state->fallback = value;
    } else if (!strcmp(word, "ansicpg") && value > 0) {
        reader->code_page = (UINT)value;
    } else if (!strcmp(word, "htmlrtf")) {
        reader->html = !has_value || value != 0;
    }
}

static void rtf_control(struct rtf_reader *reader)
{
    char word[33];
    size_t length = 0;
    BOOL has_value = FALSE;
    LONG value = 0;

    while (reader->at < reader->end && length < sizeof(word) - 1 &&
           ((*reader->at >= 'a' && *reader->at <= 'z') ||
               (*reader->at >= 'A' && *reader->at <= 'Z'))) {
        word[length++] = (char)*reader->at++;
    }
    word[length] = 0;
    if (reader->at < reader->end &&
        (*reader->at == '-' || (*reader->at >= '0' && *reader->at <= '9'))) {
        BOOL minus = *reader->at == '-';
        has_value = TRUE;
        reader->at += minus;
        while (reader->at < reader->end && *reader->at >= '0' && *reader->at <= '9') {
            value = value < 100000000 ? value * 10 + (*reader->at - '0') : value;
            reader->at++;
        }
        value = minus ? -value : value;
    }
    if (reader->at < reader->end && *reader->at == ' ') {
        reader->at++;
    }
    rtf_word(reader, word, has_value, value);
}

static int rtf_hex(BYTE digit)
{
    return digit >= '0' && digit <= '9'                 ? digit - '0'
           : (digit | 32) >= 'a' && (digit | 32) <= 'f' ? (digit | 32) - 'a' + 10
                                                        : -1;
}

static void rtf_escape(struct rtf_reader *reader)
{
    BYTE next = reader->at < reader->end ? *reader->at : 0;

    if ((next | 32) >= 'a' && (next | 32) <= 'z') {
        rtf_control(reader);
        return;
    }
    reader->at += reader->at < reader->end;
    if (next == '\'' && reader->end - reader->at >= 2) {
        int high = rtf_hex(reader->at[0]);
        int low = rtf_hex(reader->at[1]);
        reader->at += 2;
        if (high >= 0 && low >= 0) {
            rtf_put_byte(reader, (BYTE)(high * 16 + low));
        }
    } else if (next == '*') {
        reader->stack[reader->depth].skip = TRUE;
    } else if (next == '~') {
        rtf_put(reader, 0xA0);
    } else if (next == '\\' || next == '{' || next == '}') {
        rtf_put(reader, next);
    }
}

void rtf_text(const BYTE *rtf, size_t size, struct buffer *ret_text)
{
    struct rtf_reader reader = {rtf, rtf + size, {{FALSE, 1}}, 0, 0, 1252, FALSE, ret_text};

    while (reader.at < reader.end) {
        BYTE byte = *reader.at++;
        if (byte == '{' && reader.depth < RTF_DEPTH - 1) {
            reader.stack[reader.depth + 1] = reader.stack[reader.depth];
            reader.depth++;
        } else if (byte == '}') {
            reader.depth -= reader.depth > 0;
        } else if (byte == '\\') {
            rtf_escape(&reader);
        } else if (byte != '\r' && byte != '\n' && byte != 0) {
            rtf_put_byte(&reader, byte);
        }
    }
}
