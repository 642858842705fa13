/** A local CME: token address, Reference Data API and socket, with the faults that a test asks for. */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

export interface CmeServerOptions {
  readonly instruments: number;
  readonly pageSize: number;
  /** Looks at a request before it is answered; true when it answered itself. */
  readonly fault?: (request: IncomingMessage, response: ServerResponse, count: number) => boolean;
  /** Speaks on a connection whose token was right. */
  readonly onSocket?: (socket: WebSocket) => void;
}

export interface CmeServer {
  readonly url: string;
  readonly socketUrl: string;
  /** Paths with queries, in order, of the REST side. */
  readonly asked: string[];
  /** Tokens that were given. */
  tokens: number;
  close(): Promise<void>;
}

export const API = { CME_API_ID: 'api-id', CME_API_SECRET: 'not-to-be-seen' };

export function instrument(index: number): Record<string, unknown> {
  return {
    globexSymbol: `ESZ${index}`,
    globexSecurityId: String(1000 + index),
    productGuid: 'GUID-ES',
    instrumentName: `E-mini ${index}`,
    lastUpdated: '2024-10-01T12:00:00.123456789Z',
    firstTradeDate: '2023-12-18',
    lastTradeDate: '2024-12-20',
    tradeTick: 0.25,
    strikePx: null,
  };
}

export const PRODUCT = {
  productGuid: 'GUID-ES',
  productName: 'E-mini S&P 500 Futures',
  globexProductCode: 'ES',
  securityType: 'FUT',
  exchangeGlobex: 'XCME',
  tradePxCcy: 'USD',
  globexMatchAlgo: 'F',
  minGlobexOrdQty: '1',
  maxGlobexOrdQty: '3000',
  defaultMinTick: '0.25 index points',
  sector: 'US Index',
};

export async function cmeServer(options: CmeServerOptions): Promise<CmeServer> {
  const { instruments, pageSize } = options;
  const started: CmeServer = {
    url: '',
    socketUrl: '',
    asked: [],
    tokens: 0,
    close: async () => {
      sockets.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const url = new URL(request.url!, 'http://local');
    const send = (status: number, body: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    if (url.pathname === '/token') {
      const pair = Buffer.from(`${API.CME_API_ID}:${API.CME_API_SECRET}`).toString('base64');
      if (request.headers.authorization !== `Basic ${pair}`) send(400, { error: 'invalid_client' });
      else send(200, { access_token: `token-${++started.tokens}`, expires_in: 1799 });
      return;
    }
    started.asked.push(`${url.pathname}${url.search}`);
    if (request.headers.authorization !== `Bearer token-${started.tokens}`) send(401, { error: 'token' });
    else if (url.pathname.endsWith('/products'))
      send(200, { _embedded: { products: [PRODUCT] }, _links: {} });
    else sendInstruments(url, send);
  };
  const sendInstruments = (url: URL, send: (status: number, body: unknown) => void): void => {
    const page = Number(url.searchParams.get('page'));
    const from = page * pageSize;
    const list = Array.from({ length: Math.max(0, Math.min(pageSize, instruments - from)) }, (_, at) =>
      instrument(from + at),
    );
    const next = new URL(url);
    next.searchParams.set('page', String(page + 1));
    const hasNext = from + pageSize < instruments;
    send(200, {
      _embedded: { instruments: list },
      _links: hasNext
        ? { next: { href: `${started.url}${next.pathname.replace('/v3', '')}${next.search}` } }
        : {},
      _metadata: { totalElements: instruments, type: 'page' },
    });
  };
  let count = 0;
  const server = createServer((request, response) => {
    request.resume();
    if (options.fault?.(request, response, count++) !== true) answer(request, response);
  });
  const sockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket, head) => {
    sockets.handleUpgrade(request, socket, head, (connection) => {
      const isRight = request.headers.authorization === `Bearer token-${started.tokens}`;
      connection.send(loginStatus(isRight ? 'authenticated' : 'denied'));
      if (isRight) options.onSocket?.(connection);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  Object.assign(started, { url: `http://127.0.0.1:${port}/v3`, socketUrl: `ws://127.0.0.1:${port}/stream` });
  return started;
}

function loginStatus(status: string): string {
  const header = { messageType: 'LOGINSTATUS', sequenceNumber: '0', version: '1.0' };
  return JSON.stringify({ header, payload: { status } });
}
