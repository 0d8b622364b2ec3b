"""https_server.py PORT CERTIFICATE KEY - answers every GET with a short page that has a Content-Length.

openssl s_server -www ends its page by closing the connection, and Wine 8's Schannel does not report a proper TLS close.
"""
import http.server
import ssl
import sys


class Page(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def do_GET(self):
        self.send_response(200)
        self.send_header('Content-Length', '3')
        self.end_headers()
        self.wfile.write(b'ok\n')

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    def handle_error(self, *_):
        pass  # a client that refuses the certificate is no error


context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[2], sys.argv[3])
server = Server(('127.0.0.1', int(sys.argv[1])), Page)
server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
server.serve_forever()
