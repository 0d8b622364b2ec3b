"""A TCP relay on 127.0.0.1 that counts HTTP requests and bytes; measured in runs of their own, never in timed ones.

A request counts when its first line arrives in one piece, as it does from every client that writes its head at once.
"""
import re
import socket
import threading

REQUEST = re.compile(rb'(?:^|\n)[A-Z]+ [^ \r\n]+ HTTP/1\.1\r\n')


class Proxy:
    def __init__(self, port):
        self.target = ('127.0.0.1', port)
        self.listener = socket.create_server(('127.0.0.1', 0), backlog=128)
        self.port = self.listener.getsockname()[1]
        self.lock = threading.Lock()
        self.reset()
        threading.Thread(target=self.accept, daemon=True).start()

    def reset(self):
        self.requests = self.up = self.down = 0

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            server = socket.create_connection(self.target)
            threading.Thread(target=self.relay, args=(client, server, True), daemon=True).start()
            threading.Thread(target=self.relay, args=(server, client, False), daemon=True).start()

    def relay(self, source, sink, upward):
        try:
            while data := source.recv(65536):
                with self.lock:
                    if upward:
                        self.up += len(data)
                        self.requests += len(REQUEST.findall(data))
                    else:
                        self.down += len(data)
                sink.sendall(data)
        except OSError:
            pass
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        if not upward:
            source.close()
            sink.close()

    def close(self):
        self.listener.close()
