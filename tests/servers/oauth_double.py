#!/usr/bin/env python3
"""oauth_double.py PORT GATE-PORT UPSTREAM - a sign-in server (OAuth 2.0) on 127.0.0.1:PORT, and on 127.0.0.1:GATE-PORT a server that it guards:
what comes there with a good access token is passed on to 127.0.0.1:UPSTREAM as alice (token_gate.py).

Strict: it checks everything that RFC 6749, 7636, 7591, 8252, 8414, 8628 and 9728 let it check, and prints WRONG with what a client did
wrong. Codes are for one use, refresh tokens too: one that is used again ends its whole family (RFC 9700, 4.14.2). Prints a line for each
request, without its query.

Its file "settings", JSON, is read for each request, and says how it behaves:
  life         seconds that an access token holds (3600)
  born         a time: access tokens given out before are refused
  uses         of an access token: how many requests it is good for (no limit)
  person       what alice does on the page: "agrees" (default), "refuses", "leaves", "forges" (an answer with another state, then hers)
  pending      how many questions of a device are answered authorization_pending first (1); "slow": one is slow_down as well
  device       "expired", "denied": how a device's sign-in ends
  metadata     "none", "liar" (another issuer), "ftp" (an address of another kind), "html", "huge"; "realm": the issuer has a path, behind which
               alone its metadata is (OpenID Connect Discovery 1.0, section 4; Keycloak)
  token        "html", "huge", "redirect", "down" (503), "mac" (another type), "newline" (a token with a line in it), "lost": the answer to a
               renewal is never sent
  grace        true: a renewed refresh token is good until the new one is used, as careful servers do
  rotate       false: refresh tokens stay as they are
  registration false: programs cannot introduce themselves
  renewals     after so many of them in all, the sign-in server is down for more
  revoked      true: no refresh token is good
"""
import base64
import hashlib
import json
import secrets
import sys
import threading
import time
import urllib.parse

import token_gate

PORT, GATE_PORT = int(sys.argv[1]), int(sys.argv[2])
ISSUER = f'http://127.0.0.1:{PORT}'
SCOPE = 'urn:ietf:params:oauth:scope:calendars urn:ietf:params:oauth:scope:contacts offline_access'
LOCK = threading.Lock()
clients = {'registered': {'secret': 'not-so-secret', 'redirects': ['http://127.0.0.1/']}}
codes, devices, access, refresh, families = {}, {}, {}, {}, {}


def setting(name, fallback=None):
    try:
        with open('settings', encoding='utf-8') as file:
            return json.load(file).get(name, fallback)
    except FileNotFoundError:
        return fallback


def issuer():
    return ISSUER + ('/realms/x' if setting('metadata') == 'realm' else '')


def wrong(text):
    print('WRONG:', text, flush=True)


def same_redirect(wanted, got):
    """RFC 8252, 7.3: any port of the loopback address; the rest as registered."""
    one, two = urllib.parse.urlsplit(wanted), urllib.parse.urlsplit(got)
    return (one.scheme, one.hostname, one.path) == (two.scheme, two.hostname, two.path) and two.hostname == '127.0.0.1' and two.port


def new_tokens(family, scope):
    token, renewal = 'at-' + secrets.token_urlsafe(24), 'rt-' + secrets.token_urlsafe(24)
    life = setting('life', 3600)
    access[token] = {'born': time.time(), 'ends': time.time() + life, 'uses': setting('uses', 1 << 30), 'family': family}
    refresh[renewal] = {'family': family, 'scope': scope, 'used': False, 'before': None}
    return {'access_token': token, 'refresh_token': renewal, 'token_type': 'Bearer', 'expires_in': life, 'scope': scope}


class Page(token_gate.Gate):
    renewed = 0

    def say(self, status, body, kind='application/json', headers=()):
        data = body if isinstance(body, bytes) else json.dumps(body).encode() if kind == 'application/json' else body.encode()
        self.path = self.path.split('?')[0]
        self.answer(status, [('Content-Type', kind), ('Cache-Control', 'no-store'), *headers], data)

    def fail(self, error, status=400):
        self.say(status, {'error': error, 'error_description': 'as the test wants it'})

    def serve(self):
        body = self.rfile.read(int(self.headers.get('Content-Length') or 0)).decode()
        if self.headers.get('Authorization'):
            wrong(f'{self.path} gets an Authorization header')
        url = urllib.parse.urlsplit(self.path)
        pages = {'/.well-known/oauth-authorization-server': self.metadata, '/authorize': self.authorize, '/token': self.token,
                 '/device': self.device, '/register': self.register}
        if setting('metadata') == 'realm':
            pages['/realms/x/.well-known/openid-configuration'] = pages.pop('/.well-known/oauth-authorization-server')
        if url.path not in pages:
            self.say(404, {})
            return
        with LOCK:
            pages[url.path](body if self.command == 'POST' else url.query)

    def metadata(self, _):
        how = setting('metadata')
        if how == 'none':
            self.say(404, {})
        elif how in ('html', 'huge'):
            self.say(200, '<html>' + 'x' * (1 << 20 if how == 'huge' else 10), 'text/html')
        else:
            about = {'issuer': 'https://somebody.example' if how == 'liar' else issuer(), 'authorization_endpoint': ISSUER + '/authorize',
                     'token_endpoint': ISSUER + '/token', 'response_types_supported': ['code'], 'code_challenge_methods_supported': ['S256']}
            if setting('device', '') != 'none':
                about['device_authorization_endpoint'] = ISSUER + '/device'
            if setting('registration', True):
                about['registration_endpoint'] = ISSUER + '/register'
            if how == 'ftp':
                about['token_endpoint'] = 'ftp://127.0.0.1/token'
            self.say(200, about)

    def register(self, body):
        about = json.loads(body)
        if about.get('token_endpoint_auth_method') != 'none' or about.get('application_type') != 'native':
            wrong('it registers as something else than a native public client')
        if about.get('redirect_uris') != ['http://127.0.0.1/']:
            wrong('it registers another redirect than one of this computer')
        name = 'client-' + secrets.token_urlsafe(8)
        clients[name] = {'secret': None, 'redirects': about['redirect_uris']}
        self.say(201, {'client_id': name, **about})

    def authorize(self, query):
        q = dict(urllib.parse.parse_qsl(query))
        client = clients.get(q.get('client_id'))
        if not client or not any(same_redirect(one, q.get('redirect_uri', '')) for one in client['redirects']):
            wrong('authorize: client or redirect')
            return self.say(400, 'no', 'text/plain')
        checks = {'response_type': q.get('response_type') == 'code', 'PKCE': q.get('code_challenge_method') == 'S256',
                  'challenge': len(q.get('code_challenge', '')) == 43, 'state': len(q.get('state', '')) >= 16,
                  'scope': set(q.get('scope', '').split()) <= set(SCOPE.split()) and q.get('scope')}
        for name in (name for name, good in checks.items() if not good):
            wrong(f'authorize: {name}')
        person = setting('person', 'agrees')
        if person == 'leaves':
            return self.say(200, 'Sign in', 'text/plain')
        answer = {'state': q['state'], 'iss': issuer()}
        if person == 'refuses':
            answer['error'] = 'access_denied'
        else:
            code = answer['code'] = 'code-' + secrets.token_urlsafe(24)
            codes[code] = {'client': q['client_id'], 'redirect': q['redirect_uri'], 'challenge': q.get('code_challenge'), 'scope': q.get('scope'),
                           'ends': time.time() + 60, 'family': None}
        if person == 'forges':
            answer['state'] = 'another'
        return self.say(302, b'', 'text/plain', [('Location', q['redirect_uri'] + '?' + urllib.parse.urlencode(answer))])

    def device(self, body):
        q = dict(urllib.parse.parse_qsl(body))
        if q.get('client_id') not in clients:
            return self.fail('invalid_client', 401)
        code, word = 'dc-' + secrets.token_urlsafe(24), 'WDJB-MJHT'
        devices[code] = {'client': q['client_id'], 'scope': q.get('scope', ''), 'asked': 0, 'last': 0, 'interval': 1}
        return self.say(200, {'device_code': code, 'user_code': word, 'verification_uri': ISSUER + '/verify', 'expires_in': 60, 'interval': 1})

    def token(self, body):
        q = dict(urllib.parse.parse_qsl(body))
        how = setting('token')
        if self.headers.get('Content-Type') != 'application/x-www-form-urlencoded' or self.command != 'POST':
            wrong('token: no form')
        client = clients.get(q.get('client_id'))
        if not client or (client['secret'] and q.get('client_secret') != client['secret']):
            return self.fail('invalid_client', 401)
        if how in ('html', 'huge'):
            return self.say(200, '<html>' + 'x' * (1 << 20 if how == 'huge' else 10), 'text/html')
        if how == 'redirect':
            return self.say(307, b'', 'text/plain', [('Location', f'http://127.0.0.1:{GATE_PORT}/stolen')])
        if how == 'down':
            return self.say(503, {}, headers=[('Retry-After', '1000')])
        grants = {'authorization_code': self.by_code, 'refresh_token': self.by_refresh,
                  'urn:ietf:params:oauth:grant-type:device_code': self.by_device}
        if q.get('grant_type') not in grants:
            wrong(f'token: grant_type {q.get("grant_type")}')
            return self.fail('unsupported_grant_type')
        return grants[q['grant_type']](q)

    def give(self, family, scope):
        tokens, how = new_tokens(family, scope), setting('token')
        if how == 'mac':
            tokens['token_type'] = 'mac'
        if how == 'newline':
            tokens['access_token'] = 'good\r\nX-Injected: yes'
        if how == 'lost':
            self.close_connection = True
            self.connection.close()
            return
        self.say(200, tokens)

    def by_code(self, q):
        code = codes.get(q.get('code'))
        if not code:
            wrong('token: no such code')
            return self.fail('invalid_grant')
        if code['family']:
            wrong('token: a code is used again')
            families[code['family']] = False
            return self.fail('invalid_grant')
        digest = hashlib.sha256(q.get('code_verifier', '').encode()).digest()
        checks = {'client': q['client_id'] == code['client'], 'redirect': q.get('redirect_uri') == code['redirect'],
                  'verifier': base64.urlsafe_b64encode(digest).decode().rstrip('=') == code['challenge'] and len(q.get('code_verifier', '')) >= 43,
                  'time': time.time() < code['ends']}
        for name in (name for name, good in checks.items() if not good):
            wrong(f'token: {name} of the code')
            return self.fail('invalid_grant')
        code['family'] = secrets.token_urlsafe(8)
        families[code['family']] = True
        return self.give(code['family'], code['scope'])

    def by_refresh(self, q):
        known = refresh.get(q.get('refresh_token'))
        if not known or not families[known['family']] or setting('revoked'):
            return self.fail('invalid_grant')
        if known['used'] and not setting('grace'):
            print('REUSED', flush=True)
            families[known['family']] = False
            return self.fail('invalid_grant')
        if not setting('rotate', True):
            tokens = new_tokens(known['family'], known['scope'])
            refresh.pop(tokens.pop('refresh_token'))
            return self.say(200, tokens)
        if Page.renewed >= setting('renewals', 1 << 30):
            return self.say(503, {})
        Page.renewed += 1
        known['used'] = True
        print('ROTATED', flush=True)
        return self.give(known['family'], known['scope'])

    def by_device(self, q):
        known = devices.get(q.get('device_code'))
        if not known:
            wrong('token: no such device code')
            return self.fail('invalid_grant')
        if time.time() - known['last'] < known['interval'] - 0.1:
            wrong('token: the device asks too soon')
            known['interval'] += 5
            return self.fail('slow_down')
        known['last'], known['asked'] = time.time(), known['asked'] + 1
        if setting('device') in ('expired', 'denied'):
            return self.fail({'expired': 'expired_token', 'denied': 'access_denied'}[setting('device')])
        if known['asked'] <= setting('pending', 1):
            if setting('slow') and known['asked'] == 1:
                known['interval'] += 5
                return self.fail('slow_down')
            return self.fail('authorization_pending')
        del devices[q['device_code']]
        family = secrets.token_urlsafe(8)
        families[family] = True
        return self.give(family, known['scope'])


class Guarded(token_gate.Gate):
    upstream = int(sys.argv[3])

    def refusal(self):
        if self.path.startswith('/.well-known/oauth-protected-resource') and setting('metadata') != 'none':
            body = {'resource': f'http://127.0.0.1:{GATE_PORT}/', 'authorization_servers': [issuer()], 'scopes_supported': SCOPE.split()}
            self.answer(200, [('Content-Type', 'application/json')], json.dumps(body).encode())
            return 'done'
        if self.path.startswith('/.well-known/oauth') or self.path.startswith('/.well-known/openid'):
            return 404, []
        scheme, _, text = (self.headers.get('Authorization') or '').partition(' ')
        with LOCK:
            token = access.get(text) if scheme == 'Bearer' else None
            good = token and token['born'] > setting('born', 0) and time.time() < token['ends'] and token['uses'] > 0 and families[token['family']]
            if good:
                token['uses'] -= 1
                return None
        if scheme and not token:
            wrong(f'{self.path}: a credential that was never given out')
        return 401, [('WWW-Authenticate', f'Bearer resource_metadata="http://127.0.0.1:{GATE_PORT}/.well-known/oauth-protected-resource"')]


if __name__ == '__main__':
    gate = token_gate.Server(('127.0.0.1', GATE_PORT), Guarded)
    threading.Thread(target=gate.serve_forever, daemon=True).start()
    with token_gate.Server(('127.0.0.1', PORT), Page) as server:
        server.serve_forever()
