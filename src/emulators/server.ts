/**
 * The server of an emulated vendor: HTTP and WebSocket on loopback, faults, and an address of its own for control.
 *
 *   GET  /_twin          what is played, the emulated time, what was sent, faults with how often they came
 *   POST /_twin/faults   {"name": "spec", …} asks for faults; null takes one back
 */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { type WebSocket, WebSocketServer } from 'ws';
import { TwinError } from '../base/index.ts';
import type { RecordSource } from '../data/index.ts';
import type { RestAnswer, Session, VendorDesk, VendorEmulator } from './contract.ts';
import { type Fault, FaultPlan } from './faults.ts';
import { type MarketEvent, marketEvents, slicedEvents } from './market/events.ts';
import { EmulatedMarket } from './market/market.ts';
import { Playback } from './playback.ts';
import { type LineCounts, SocketLine, WAITING_BYTES_ENOUGH } from './socket-line.ts';

/** Connections at a time. */
export const CONNECTIONS_MAX = 200;
/** Largest message of a client, and largest body of a request. */
export const CLIENT_BYTES_MAX = 1024 * 1024;
const HOST = '127.0.0.1';
const CONTROL = '/_twin';
const READY_POLL_MS = 2;
const GOING_AWAY = 1001;

export interface EmulateOptions {
  /** What is played, and asked for what is past. */
  readonly source: RecordSource;
  /** What happens, made as it is played, one part after another in time; absent: all of `source`. */
  readonly slices?: AsyncIterable<RecordSource>;
  /** Only these; null: all of the source. */
  readonly symbols: readonly string[] | null;
  /** 0 takes a free one. */
  readonly port: number;
  /** Emulated seconds per second; `AS_FAST_AS_POSSIBLE` waits for no clock. */
  readonly speed: number;
  /** 'start': the feed begins with the first subscription; 'end': everything has happened already. */
  readonly begin: 'start' | 'end';
  /** Of the vendor, defaults filled in. */
  readonly options: Readonly<Record<string, string>>;
  readonly faults: readonly { readonly name: string; readonly spec: string }[];
  readonly seed: number;
  /** Told when the playback cannot go on. */
  readonly onFailure: (error: unknown) => void;
}

interface Connection {
  readonly line: SocketLine;
  readonly session: Session;
}

function eventsOf({ source, slices, symbols }: EmulateOptions): AsyncGenerator<MarketEvent> {
  return slices === undefined ? marketEvents(source, symbols) : slicedEvents(slices, symbols);
}

export class EmulatorServer {
  readonly vendor: VendorEmulator;
  readonly faults: FaultPlan;
  readonly playback: Playback;
  readonly #options: EmulateOptions;
  readonly #desk: VendorDesk;
  readonly #http: Server;
  readonly #sockets = new WebSocketServer({ noServer: true, maxPayload: CLIENT_BYTES_MAX });
  readonly #connections = new Set<Connection>();
  readonly #counts: LineCounts & { requests: number } = { sent: 0, tooSlow: 0, requests: 0 };

  #isClosing = false;

  private constructor(vendor: VendorEmulator, options: EmulateOptions, market: EmulatedMarket) {
    this.vendor = vendor;
    this.#options = options;
    this.faults = new FaultPlan(options.seed);
    for (const { name, spec } of options.faults) this.faults.set(name, spec);
    this.playback = new Playback(market, eventsOf(options), options.speed, {
      onChange: (change) => {
        this.#desk.onChange?.(change);
        this.#each(({ session }) => session.onChange(change));
      },
      onTime: (nowNs) => this.#each(({ session }) => session.onTime(nowNs)),
      ready: () => this.#ready(),
    });
    const stage = {
      market,
      source: options.source,
      baseUrl: () => `http://${HOST}:${this.port}`,
      nowNs: () => this.playback.nowNs,
      subscribed: () => this.playback.start(options.onFailure),
    };
    this.#desk = vendor.open(stage, options.options);
    this.#http = createServer((request, response) => this.#serve(request, response));
    this.#http.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
  }

  /** Opens a vendor's emulation and listens. Raises DATA_REQUEST, for a port that is taken too. */
  static async open(vendor: VendorEmulator, options: EmulateOptions): Promise<EmulatorServer> {
    const market = await EmulatedMarket.open(options.source, options.symbols);
    if (market.instruments.size === 0)
      throw new TwinError('DATA_REQUEST', 'what is emulated has orders, levels, quotes, trades or bars', {
        schemas: await options.source.schemas(),
        symbols: options.symbols ?? 'all',
      });
    const server = new EmulatorServer(vendor, options, market);
    await server.playback.prime();
    if (options.begin === 'end') await server.playback.skipToEnd();
    await server.#listen();
    return server;
  }

  get port(): number {
    return (this.#http.address() as AddressInfo).port;
  }

  /** What the addresses are for, and the addresses. */
  get urls(): readonly { readonly what: string; readonly url: string }[] {
    return [
      ...this.vendor
        .paths(this.#options.options)
        .map(({ what, scheme, path }) => ({ what, url: `${scheme}://${HOST}:${this.port}${path}` })),
      { what: 'control', url: `http://${HOST}:${this.port}${CONTROL}` },
    ];
  }

  /** State of the playback and what was sent. */
  state(): Readonly<Record<string, unknown>> {
    const { state, nowNs, played } = this.playback;
    return {
      vendor: this.vendor.name,
      state,
      nowNs: String(nowNs),
      events: played,
      connections: this.#connections.size,
      ...this.#counts,
      faults: this.faults.list(),
    };
  }

  /** Ends the playback and every connection. */
  async close(): Promise<void> {
    this.#isClosing = true;
    for (const { line } of this.#connections) line.close(GOING_AWAY, 'the server stops');
    const closed = new Promise((resolve) => this.#http.close(resolve));
    await this.playback.close();
    for (const client of this.#sockets.clients) client.terminate();
    this.#http.closeAllConnections();
    await closed;
  }

  async #listen(): Promise<void> {
    const { port } = this.#options;
    await new Promise<void>((resolve, reject) => {
      this.#http.once('error', (error) =>
        reject(new TwinError('DATA_REQUEST', 'a server listens on a port that is free', { port }, error)),
      );
      this.#http.listen(port, HOST, resolve);
    });
  }

  #each(what: (connection: Connection) => void): void {
    for (const connection of this.#connections) what(connection);
  }

  async #ready(): Promise<void> {
    while (
      !this.#isClosing &&
      [...this.#connections].some(({ line }) => line.waitingBytes > WAITING_BYTES_ENOUGH)
    )
      await sleep(READY_POLL_MS);
  }

  #serve(request: IncomingMessage, response: ServerResponse): void {
    this.#counts.requests++;
    const url = new URL(request.url ?? '/', `http://${HOST}`);
    if (url.pathname.startsWith(CONTROL)) {
      this.#control(request, url.pathname, response);
      return;
    }
    const fault = this.faults.next('rest');
    request.resume();
    const { method = 'GET', headers } = request;
    const asked = { method, path: url.pathname, query: url.searchParams, headers };
    if (fault?.name === '429') {
      const refusal = this.#desk.fault(429);
      this.#send(
        response,
        { ...refusal, headers: { 'retry-after': String(fault.parameters.seconds) } },
        null,
      );
    } else if (fault?.name === '5xx') this.#send(response, this.#desk.fault(fault.parameters.status!), null);
    else {
      Promise.resolve(this.#desk.rest(asked))
        .then((answer) => this.#send(response, answer ?? this.#desk.fault(404), fault))
        .catch((error: unknown) => {
          this.#send(response, this.#desk.fault(500), null);
          this.#options.onFailure(error);
        });
    }
  }

  #send(response: ServerResponse, answer: RestAnswer, fault: Fault | null): void {
    const { body: said, contentType } = answer;
    const body = Buffer.from(contentType === undefined ? JSON.stringify(said) : String(said), 'utf8');
    const send = (): void => {
      response.writeHead(answer.status, {
        'content-type': contentType ?? 'application/json; charset=utf-8',
        'content-length': body.length,
        ...answer.headers,
      });
      if (fault?.name !== 'cut') response.end(body);
      else response.write(body.subarray(0, body.length >> 1), () => response.destroy());
    };
    if (fault?.name === 'slow') setTimeout(send, fault.parameters.ms);
    else send();
  }

  #control(request: IncomingMessage, path: string, response: ServerResponse): void {
    if (request.method === 'GET' && path === CONTROL) {
      this.#send(response, { status: 200, body: this.state() }, null);
      return;
    }
    if (request.method !== 'POST' || path !== `${CONTROL}/faults`) {
      const body = { error: `GET ${CONTROL}, POST ${CONTROL}/faults` };
      this.#send(response, { status: 404, body }, null);
      return;
    }
    let text = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => {
      text += chunk;
      if (text.length > CLIENT_BYTES_MAX) request.destroy();
    });
    request.on('end', () => this.#send(response, this.#setFaults(text), null));
  }

  #setFaults(text: string): RestAnswer {
    try {
      const asked: unknown = JSON.parse(text);
      if (typeof asked !== 'object' || asked === null) throw new SyntaxError('an object of names and specs');
      for (const [name, spec] of Object.entries(asked)) {
        if (spec === null) this.faults.clear(name);
        else this.faults.set(name, String(spec));
      }
      return { status: 200, body: { faults: this.faults.list() } };
    } catch (error) {
      if (!(error instanceof TwinError || error instanceof SyntaxError)) throw error;
      return { status: 400, body: { error: error.message } };
    }
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#sockets.handleUpgrade(request, socket, head, (client) => this.#connect(client, request, socket));
  }

  #connect(client: WebSocket, request: IncomingMessage, raw: Duplex): void {
    const line = new SocketLine(client, raw, this.faults, this.#counts);
    client.on('error', () => client.terminate());
    if (this.#connections.size >= CONNECTIONS_MAX) {
      line.refuse(`at most ${CONNECTIONS_MAX} connections`);
      return;
    }
    const url = new URL(request.url ?? '/', `ws://${HOST}`);
    const session = this.#desk.connect(url.pathname, url.searchParams, line, request.headers);
    if (session === null) {
      line.refuse(`no stream at ${url.pathname}`);
      return;
    }
    const connection = { line, session };
    this.#connections.add(connection);
    client.on('message', (data) => session.onMessage(String(data)));
    client.on('close', () => {
      line.end();
      this.#connections.delete(connection);
    });
  }
}
