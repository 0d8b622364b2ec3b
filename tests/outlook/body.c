/* The forms of a body: what a store does to the others when one is written; and
 * WrapCompressedRTFStream. */
#include "tests/outlook/html.h"
#include "tests/outlook/mapiobj.h"
#include "tests/outlook/rtf.h"
#include "tests/outlook/stream.h"

/* An item that holds only RTF shows its text as PR_BODY all the same: the store makes it when it is
 * read ([MS-OXCMSG] section 2.2.1.56, [MS-OXBBODY] section 2.1.3: any form can be asked for, whatever
 * the native one is) and does not keep it. The archive is an older store that does not. */
HRESULT message_make_body(struct message *self)
{
    struct bag *props = self->prop.props;
    const struct prop *rich = bag_find(props, PR_RTF_COMPRESSED);
    struct storage *storage;
    struct store_info store;
    struct buffer rtf = {0};
    struct buffer text = {0};
    HRESULT hr;

    if (!rich || bag_find(props, PR_BODY_W)) {
        return S_OK;
    }
    hr = process_storage(&storage);
    if (SUCCEEDED(hr)) {
        hr = storage_store(storage, self->prop.store, &store);
    }
    if (SUCCEEDED(hr) && store.is_default && rtf_decompress(rich->data, rich->size, &rtf)) {
        rtf_text(rtf.data, rtf.size, &text);
        bag_set(props, PR_BODY_W, text.data, text.size);
        self->made_body = TRUE;
    }
    buffer_fini(&rtf);
    buffer_fini(&text);
    return hr;
}

/* RTF written: the plain text is made from it, HTML is dropped. HTML written: likewise. */
void message_body_from_rich(struct message *self, ULONG tag)
{
    struct bag *props = self->prop.props;
    const struct prop *rich = bag_find(props, tag);
    struct buffer rtf = {0};
    struct buffer text = {0};

    if (!rich) { /* deleting one form says nothing of the others */
        if (self->made_body) {
            bag_delete(props, PR_BODY_W);
            self->made_body = FALSE;
        }
        return;
    }
    self->made_body = FALSE;
    if (PROP_ID(tag) == PROP_ID(EMU_PR_HTML)) {
        html_plain(rich->data, rich->size, (UINT)bag_long(props, EMU_PR_INTERNET_CPID, 0), &text);
        bag_set(props, PR_BODY_W, text.data, text.size);
        bag_delete(props, PR_RTF_COMPRESSED);
        buffer_fini(&text);
        return;
    }
    if (!rtf_decompress(rich->data, rich->size, &rtf)) {
        violation("BAD_RTF",
            "PR_RTF_COMPRESSED is written with %lu bytes that are no compressed RTF",
            (unsigned long)rich->size);
        return;
    }
    rtf_text(rtf.data, rtf.size, &text);
    bag_set(props, PR_BODY_W, text.data, text.size);
    bag_set_bool(props, PR_RTF_IN_SYNC, TRUE);
    bag_delete(props, EMU_PR_HTML);
    buffer_fini(&rtf);
    buffer_fini(&text);
}

static HRESULT rtf_commit(struct stream *self)
{
    IStream *target = self->target;
    struct buffer data = {0};
    LARGE_INTEGER start = {.QuadPart = 0};
    ULARGE_INTEGER size = {.QuadPart = 0};
    ULONG written;
    HRESULT hr;

    rtf_compress(self->bytes.data, self->bytes.size,
        (self->target_flags & STORE_UNCOMPRESSED_RTF) != 0, &data);
    hr = target->lpVtbl->Seek(target, start, STREAM_SEEK_SET, NULL);
    if (SUCCEEDED(hr)) {
        hr = target->lpVtbl->SetSize(target, size);
    }
    if (SUCCEEDED(hr)) {
        hr = target->lpVtbl->Write(target, data.data, (ULONG)data.size, &written);
    }
    buffer_fini(&data);
    return hr; /* committing the compressed stream is the caller's business */
}

static HRESULT stream_read_all(IStream *stream, struct buffer *ret_bytes)
{
    BYTE chunk[4096];
    ULONG got;
    HRESULT hr;

    do {
        hr = stream->lpVtbl->Read(stream, chunk, sizeof(chunk), &got);
        if (SUCCEEDED(hr)) {
            buffer_put(ret_bytes, chunk, got);
        }
    } while (SUCCEEDED(hr) && got > 0);
    return FAILED(hr) ? hr : S_OK;
}

HRESULT WINAPI emu_WrapCompressedRTFStream(IStream *compressed, ULONG flags, IStream **ret_stream)
{
    struct buffer data = {0};
    struct buffer rtf = {0};
    HRESULT hr = fault_hit("Memory", "WrapCompressedRTFStream");

    if (SUCCEEDED(hr) && (!compressed || !ret_stream)) {
        hr = check_pointer("WrapCompressedRTFStream", "a stream", NULL);
    }
    if (SUCCEEDED(hr)) {
        hr = check_flags("WrapCompressedRTFStream", flags, MAPI_MODIFY | STORE_UNCOMPRESSED_RTF);
    }
    if (FAILED(hr)) {
        return hr;
    }
    if (flags & MAPI_MODIFY) { /* writing starts anew */
        *ret_stream = stream_on_bytes(NULL, 0, rtf_commit, compressed, flags);
        return S_OK;
    }
    hr = stream_read_all(compressed, &data);
    if (SUCCEEDED(hr) && !rtf_decompress(data.data, data.size, &rtf)) {
        hr = MAPI_E_CORRUPT_DATA;
    }
    if (SUCCEEDED(hr)) {
        *ret_stream = stream_on_bytes(rtf.data, rtf.size, NULL, NULL, 0);
    }
    buffer_fini(&data);
    buffer_fini(&rtf);
    return hr;
}
