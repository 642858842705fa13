/** CME Group: the token address, Reference Data API v3, Market Data over WebSocket. */

import type { RestAnswer, RestRequest, VendorEmulator } from '../contract.ts';
import { CmeReference, REFERENCE_PATH } from './reference.ts';
import { CmeSession } from './session.ts';

const TOKEN_PATH = '/as/token.oauth2';
const SOCKET_PATH = '/marketdatastream/v1';
const TOKEN_LIFE_S = 1799;

export const CME_EMULATOR: VendorEmulator = {
  name: 'cme',
  about: 'CME Group: Reference Data API v3, Market Data over WebSocket; any API ID is taken',
  options: {},
  paths: () => [
    { what: 'tokens', scheme: 'http', path: TOKEN_PATH },
    { what: 'REST', scheme: 'http', path: REFERENCE_PATH },
    { what: 'sockets', scheme: 'ws', path: SOCKET_PATH },
  ],
  open(stage) {
    const reference = new CmeReference(stage);
    const tokens = new Set<string>();
    const isKnown = (headers: RestRequest['headers']): boolean =>
      tokens.has(/^Bearer (.+)$/.exec(String(headers.authorization ?? ''))?.[1] ?? '');
    return {
      rest(request) {
        const { method, path, headers } = request;
        if (path === TOKEN_PATH) return method === 'POST' ? giveToken(headers, tokens) : null;
        if (method !== 'GET' || !path.startsWith(`${REFERENCE_PATH}/`)) return null;
        if (!isKnown(headers)) return { status: 401, body: { error: 'invalid_token' } };
        return reference.ask(path.slice(REFERENCE_PATH.length + 1), request);
      },
      connect: (path, _query, line, headers) =>
        path === SOCKET_PATH ? new CmeSession(stage, line, isKnown(headers)) : null,
      fault: (status) => ({
        status,
        body: { errorResponse: { status, error: WORDS[status] ?? 'Server error' } },
      }),
    };
  },
};

const WORDS: Readonly<Record<number, string>> = { 404: 'Not found', 429: 'Too many requests' };

/** Client credentials of OAuth 2 (RFC 6749 §4.4): any ID with a secret. */
function giveToken(headers: RestRequest['headers'], tokens: Set<string>): RestAnswer {
  const pair = /^Basic (.+)$/.exec(String(headers.authorization ?? ''))?.[1] ?? '';
  if (!/^[^:]+:.+$/.test(Buffer.from(pair, 'base64').toString('utf8')))
    return { status: 401, body: { error: 'invalid_client' } };
  const token = `emulated-${tokens.size + 1}`;
  tokens.add(token);
  return { status: 200, body: { access_token: token, token_type: 'Bearer', expires_in: TOKEN_LIFE_S } };
}
