/* Checks a server's certificate against the Windows certificate stores. See tls_check.h.
 *
 * Two answers are looked at: CertVerifyCertificateChainPolicy, and the chain's own TrustStatus, as
 * Wine 8's policy function returns success for a chain whose root nobody knows. Revocation is left
 * to Schannel, which has its own policy for servers that cannot be asked. */
#include "client/net/tls_check.h"

#include "client/base/buf.h"
#include "client/base/mem.h"

#include <windows.h>
#include <wincrypt.h>
#define SECURITY_WIN32
#include <security.h>
#include <schannel.h>
#include <stdio.h>
#include <string.h>

#define FATAL_TRUST                                                                                \
    (CERT_TRUST_IS_NOT_TIME_VALID | CERT_TRUST_IS_REVOKED | CERT_TRUST_IS_NOT_SIGNATURE_VALID |    \
        CERT_TRUST_IS_NOT_VALID_FOR_USAGE | CERT_TRUST_IS_UNTRUSTED_ROOT | CERT_TRUST_IS_CYCLIC |  \
        CERT_TRUST_INVALID_BASIC_CONSTRAINTS | CERT_TRUST_INVALID_NAME_CONSTRAINTS |               \
        CERT_TRUST_IS_PARTIAL_CHAIN | CERT_TRUST_IS_EXPLICIT_DISTRUST)

static const char *trust_words(DWORD status)
{
    if (status & CERT_TRUST_IS_NOT_TIME_VALID) {
        return "has expired or is not valid yet";
    }
    if (status & CERT_TRUST_IS_REVOKED) {
        return "has been revoked";
    }
    if (status & (CERT_TRUST_IS_UNTRUSTED_ROOT | CERT_TRUST_IS_PARTIAL_CHAIN)) {
        return "comes from an unknown authority";
    }
    return "is not acceptable to Windows";
}

static const char *policy_words(DWORD error)
{
    switch (error) {
    case (DWORD)CERT_E_EXPIRED:
    case (DWORD)CERT_E_VALIDITYPERIODNESTING:
        return "has expired or is not valid yet";
    case (DWORD)CERT_E_CN_NO_MATCH:
        return "is for another host";
    case (DWORD)CERT_E_UNTRUSTEDROOT:
    case (DWORD)CERT_E_CHAINING:
    case (DWORD)CERT_E_UNTRUSTEDCA:
        return "comes from an unknown authority";
    case (DWORD)CERT_E_REVOKED:
        return "has been revoked";
    default:
        return "is not acceptable to Windows";
    }
}

/* Does the certificate name this IP address among its alternative names? Wine's policy function
 * knows host names only. */
static bool names_address(PCCERT_CONTEXT cert, const char *host)
{
    unsigned char address[4];
    unsigned part[4];
    char extra;
    if (sscanf(host, "%3u.%3u.%3u.%3u%c", &part[0], &part[1], &part[2], &part[3], &extra) != 4) {
        return false;
    }
    for (int i = 0; i < 4; i++) {
        if (part[i] > 255) {
            return false;
        }
        address[i] = (unsigned char)part[i];
    }
    PCERT_EXTENSION extension = CertFindExtension(
        szOID_SUBJECT_ALT_NAME2, cert->pCertInfo->cExtension, cert->pCertInfo->rgExtension);
    CERT_ALT_NAME_INFO *names = NULL;
    DWORD size = 0;
    if (!extension ||
        !CryptDecodeObjectEx(X509_ASN_ENCODING, X509_ALTERNATE_NAME, extension->Value.pbData,
            extension->Value.cbData, CRYPT_DECODE_ALLOC_FLAG, NULL, &names, &size)) {
        return false;
    }
    bool found = false;
    for (DWORD i = 0; i < names->cAltEntry; i++) {
        const CERT_ALT_NAME_ENTRY *e = &names->rgAltEntry[i];
        found =
            found || (e->dwAltNameChoice == CERT_ALT_NAME_IP_ADDRESS && e->IPAddress.cbData == 4 &&
                         memcmp(e->IPAddress.pbData, address, 4) == 0);
    }
    LocalFree(names);
    return found;
}

static enum rc check_policy(
    PCCERT_CHAIN_CONTEXT chain, PCCERT_CONTEXT cert, const char *host, struct err *err)
{
    int n = MultiByteToWideChar(CP_UTF8, 0, host, -1, NULL, 0);
    CLEANUP(mem_free) wchar_t *wide = mem_alloc((size_t)(n > 0 ? n : 1) * sizeof *wide);
    MultiByteToWideChar(CP_UTF8, 0, host, -1, wide, n);
    SSL_EXTRA_CERT_CHAIN_POLICY_PARA ssl = {0};
    ssl.cbSize = sizeof ssl;
    ssl.dwAuthType = AUTHTYPE_SERVER;
    ssl.pwszServerName = wide;
    CERT_CHAIN_POLICY_PARA para = {0};
    para.cbSize = sizeof para;
    para.pvExtraPolicyPara = &ssl;
    CERT_CHAIN_POLICY_STATUS status = {0};
    status.cbSize = sizeof status;
    DWORD trust = chain->TrustStatus.dwErrorStatus & FATAL_TRUST;
    if (trust) {
        return err_set(
            err, RC_TLS, (long)trust, "the certificate of %s %s", host, trust_words(trust));
    }
    if (!CertVerifyCertificateChainPolicy(CERT_CHAIN_POLICY_SSL, chain, &para, &status)) {
        return err_set(
            err, RC_TLS, (long)GetLastError(), "the certificate of %s could not be checked", host);
    }
    if (status.dwError == (DWORD)CERT_E_CN_NO_MATCH && names_address(cert, host)) {
        return RC_OK;
    }
    if (status.dwError) {
        return err_set(err, RC_TLS, (long)status.dwError, "the certificate of %s %s", host,
            policy_words(status.dwError));
    }
    return RC_OK;
}

enum rc tls_check_schannel(void *context, const char *host, struct err *err)
{
    PCCERT_CONTEXT cert = NULL;
    SECURITY_STATUS st =
        QueryContextAttributesW((CtxtHandle *)context, SECPKG_ATTR_REMOTE_CERT_CONTEXT, &cert);
    if (st != SEC_E_OK || !cert) {
        return err_set(err, RC_TLS, st, "%s showed no certificate", host);
    }
    char server_auth[] = szOID_PKIX_KP_SERVER_AUTH;
    char *usage[] = {server_auth};
    CERT_CHAIN_PARA para = {0};
    para.cbSize = sizeof para;
    para.RequestedUsage.dwType = USAGE_MATCH_TYPE_OR;
    para.RequestedUsage.Usage.cUsageIdentifier = 1;
    para.RequestedUsage.Usage.rgpszUsageIdentifier = usage;
    PCCERT_CHAIN_CONTEXT chain = NULL;
    enum rc rc;
    if (CertGetCertificateChain(NULL, cert, NULL, cert->hCertStore, &para, 0, NULL, &chain)) {
        rc = check_policy(chain, cert, host, err);
        CertFreeCertificateChain(chain);
    } else {
        rc = err_set(
            err, RC_TLS, (long)GetLastError(), "the certificate of %s could not be checked", host);
    }
    CertFreeCertificateContext(cert);
    return rc;
}
