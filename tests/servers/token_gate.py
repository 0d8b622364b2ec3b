#!/usr/bin/env python3
"""token_gate.py PORT UPSTREAM - lets in whoever brings the bearer token (RFC 6750) that the file "token" in the working folder holds, read
anew for each request, and passes what they ask on to 127.0.0.1:UPSTREAM as alice. Prints a line for each request: METHOD, PATH, the scheme
that it carried or -, and the answer's status."""
import base64
import http.client
import socketserver
import sys
from http.server import BaseHTTPRequestHandler

USER = 'Basic ' + base64.b64encode(b'alice:alicepw').decode()
PASSED_ON = {'content-type', 'depth', 'if-match', 'if-none-match', 'prefer', 'accept', 'overwrite', 'destination', 'brief'}
DROPPED = ('content-length', 'transfer-encoding', 'connection', 'server')


class Gate(BaseHTTPRequestHandler):
    """Subclasses say what lets a request in."""
    protocol_version = 'HTTP/1.1'
    upstream = 0

    def log_message(self, *_):
        pass

    def refusal(self):
        """None, or (status, headers) for a request that is not let in; or 'done': it has been answered."""
        with open('token', encoding='utf-8') as file:
            wanted = 'Bearer ' + file.read().strip()
        return None if self.headers.get('Authorization') == wanted else (401, [('WWW-Authenticate', 'Bearer realm="gate"')])

    def answer(self, status, headers=(), body=b''):
        carried = (self.headers.get('Authorization') or '-').split(' ')[0]
        # In one piece: requests are answered beside each other.
        print(f'{self.command} {self.path} {carried} {status}\n', end='', flush=True)
        self.send_response_only(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def serve(self):
        body = self.rfile.read(int(self.headers.get('Content-Length') or 0))
        refusal = self.refusal()
        if refusal:
            if refusal != 'done':
                self.answer(*refusal, b'no')
            return
        up = http.client.HTTPConnection('127.0.0.1', self.upstream)
        headers = {n: v for n, v in self.headers.items() if n.lower() in PASSED_ON}
        up.request(self.command, self.path, body, {**headers, 'Authorization': USER})
        back = up.getresponse()
        content = back.read()
        self.answer(back.status, [(n, v) for n, v in back.getheaders() if n.lower() not in DROPPED], content)
        up.close()

    def __getattr__(self, name):
        if name.startswith('do_'):
            return self.serve
        raise AttributeError(name)


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True


if __name__ == '__main__':
    Gate.upstream = int(sys.argv[2])
    with Server(('127.0.0.1', int(sys.argv[1])), Gate) as server:
        server.serve_forever()
