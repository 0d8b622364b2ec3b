"""A reverse proxy on 127.0.0.1 that can misbehave: breaking_proxy.py TARGET_PORT MODE_FILE; prints its port.

The mode file is read at every request: `pass`, `500`, `garbage` (an answer that is no XML), `huge` (a multi-status of over
60 MB), `cut` (the connection ends in the middle of the body), `html` (a login page with status 200), `lost` (who makes a
collection gets no answer, though it is made; all else passes), `lost-and-down` (likewise, and from then on `down`), `down` (no
answer to anything).
"""
import http.client
import http.server
import sys

XML = '<?xml version="1.0"?><D:multistatus xmlns:D="DAV:">'


class Handler(http.server.BaseHTTPRequestHandler):
    """Relays to `target`; what it does instead is in `mode_file`."""
    protocol_version = 'HTTP/1.1'
    target = mode_file = None

    def log_message(self, *_):
        pass

    def answer(self, status, kind, body):
        self.send_response(status)
        self.send_header('Content-Type', kind)
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def ask(self, body):
        """What the server behind says: the answer and its body."""
        upstream = http.client.HTTPConnection('127.0.0.1', self.target, timeout=60)
        headers = {k: v for k, v in self.headers.items() if k.lower() not in ('connection', 'accept-encoding')}
        upstream.request(self.command, self.path, body, headers)
        got = upstream.getresponse()
        data = got.read()
        upstream.close()
        return got, data

    def relay(self, body):
        got, data = self.ask(body)
        self.send_response(got.status)
        for name, value in got.getheaders():
            if name.lower() not in ('content-length', 'transfer-encoding', 'connection', 'date', 'server'):
                self.send_header(name, value)
        self.send_header('Content-Length', str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def handle_any(self):
        body = self.rfile.read(int(self.headers.get('Content-Length') or 0))
        with open(self.mode_file, encoding='ascii') as mode_file:
            mode = mode_file.read().strip()
        if mode == 'down' or (mode.startswith('lost') and self.command in ('MKCOL', 'MKCALENDAR')):
            if mode != 'down':
                self.ask(body)
            if mode == 'lost-and-down':
                with open(self.mode_file, 'w', encoding='ascii') as mode_file:
                    mode_file.write('down')
            self.close_connection = True
        elif mode == '500':
            self.answer(500, 'text/plain', b'it broke')
        elif mode == 'garbage':
            self.answer(207, 'application/xml', (XML + '<D:response><D:href>/a</oops>').encode())
        elif mode == 'huge':
            response = '<D:response><D:href>/%s</D:href></D:response>' % ('x' * 1000)
            self.answer(207, 'application/xml', (XML + response * 65000 + '</D:multistatus>').encode())
        elif mode == 'html':
            self.answer(200, 'text/html', b'<html><body>Please sign in<br></body></html>')
        elif mode == 'cut':
            self.send_response(207)
            self.send_header('Content-Length', '100000')
            self.end_headers()
            self.wfile.write(XML.encode())
            self.close_connection = True
        else:
            self.relay(body)

    def __getattr__(self, name):
        if name.startswith('do_'):
            return self.handle_any
        raise AttributeError(name)


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        pass  # a client that gives up in the middle is what some of the modes are for


if __name__ == '__main__':
    Handler.target, Handler.mode_file = int(sys.argv[1]), sys.argv[2]
    server = Server(('127.0.0.1', 0), Handler)
    print(server.server_address[1], flush=True)
    server.serve_forever()
