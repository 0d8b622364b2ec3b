#!/usr/bin/env python3
"""negotiate_gate.py PORT UPSTREAM WAY - lets people in by Negotiate (RFC 4559) with a ticket of a real Kerberos, and passes what they ask
on to 127.0.0.1:UPSTREAM as alice. Prints a line for each request: METHOD, PATH, the scheme that it carried or -, and the answer's
status; and WRONG if a client does what it must not. KRB5_KTNAME names its key. WAY:

  each    every request has to carry a ticket, as Apache does it
  once    a connection belongs to whoever opened it, as IIS does it
  basic   it offers Basic alone
  ntlm    it offers NTLM alone and takes nothing: the sequence is looked at (type 1, challenge, type 3, on one connection)
  away    it lets nobody in, and then sends people on to another origin

A ticket is looked at where the kerberos libraries of Python are (gssapi); it is a failure of the gate if they are not."""
import base64
import sys

import token_gate

PORT, UPSTREAM, WAY = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
if WAY in ('each', 'once', 'away'):
    import gssapi
    OWN = gssapi.Credentials(usage='accept', name=gssapi.Name('HTTP@localhost', gssapi.NameType.hostbased_service))


def ntlm_challenge():
    """A type 2 message: what a client needs to go on ([MS-NLMP] 2.2.1.2)."""
    flags = 0x00028233 & ~0x00000010
    target = 'LOCKSTEP'.encode('utf-16-le')
    info = b'\x02\x00' + len(target).to_bytes(2, 'little') + target + b'\0\0\0\0'
    head = b'NTLMSSP\0' + (2).to_bytes(4, 'little')
    at = 56
    field = len(target).to_bytes(2, 'little') * 2 + at.to_bytes(4, 'little')
    infos = len(info).to_bytes(2, 'little') * 2 + (at + len(target)).to_bytes(4, 'little')
    return head + field + (flags | 0x00800000).to_bytes(4, 'little') + b'12345678' + bytes(8) + infos + bytes(8) + target + info


class Gate(token_gate.Gate):
    upstream = UPSTREAM

    def setup(self):
        super().setup()
        self.known = self.challenged = False

    def refusal(self):
        scheme, _, token = (self.headers.get('Authorization') or '').partition(' ')
        if scheme not in ('', 'Negotiate', 'NTLM'):
            print('WRONG: a request carries', scheme, flush=True)
        if WAY == 'away' and self.path.startswith('/away'):
            return 302, [('Location', f'http://127.0.0.1:{UPSTREAM}/elsewhere')]
        if WAY == 'basic':
            return 401, [('WWW-Authenticate', 'Basic realm="gate"')]
        if WAY == 'ntlm':
            return 401, [('WWW-Authenticate', self.ntlm(scheme, token))]
        if WAY == 'once' and self.known and not scheme:
            return None
        if scheme == 'Negotiate' and self.is_alice(token) and WAY != 'away':
            self.known = True
            return None
        return 401, [('WWW-Authenticate', 'Negotiate')]

    def is_alice(self, token):
        context = gssapi.SecurityContext(creds=OWN, usage='accept')
        try:
            context.step(base64.b64decode(token))
        except gssapi.exceptions.GSSError as error:
            print('WRONG: ticket:', error, flush=True)
            return False
        if context.delegated_creds:
            print('WRONG: the server could act as the user elsewhere', flush=True)
        return str(context.initiator_name) == 'alice@LOCKSTEP.TEST'

    def ntlm(self, scheme, token):
        kind = base64.b64decode(token)[8] if scheme == 'NTLM' else 0
        if kind == 3 and not self.challenged:
            print('WRONG: an answer to a challenge of another connection', flush=True)
        self.challenged = kind == 1
        return 'NTLM ' + base64.b64encode(ntlm_challenge()).decode() if kind == 1 else 'NTLM'


with token_gate.Server(('127.0.0.1', PORT), Gate) as server:
    server.serve_forever()
