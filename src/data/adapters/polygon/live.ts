/**
 * The sockets of Polygon: one for each cluster, with a key, a list of channels, and events in arrays. Numbers of events have holes:
 * lost trades show in the bars of their minutes (`live-control.ts`), lost quotes nowhere.
 */

import { TwinError } from '../../../base/index.ts';
import type { IngestRequest, LiveFeed, LiveFrame, RecordSink } from '../../ingest/adapter.ts';
import type { SchemaName } from '../../registry.ts';
import type { FeedSocket } from '../../transport/feed-socket.ts';
import { isMessage, type Message } from '../../venues/messages.ts';
import { exactJson } from '../exact-json.ts';
import { frameText, SinkRelay } from '../live-session.ts';
import { RecordMaker } from '../record-maker.ts';
import { RequestChecks } from '../request-checks.ts';
import { LiveControl } from './live-control.ts';
import { readEvent } from './live-events.ts';
import { POLYGON_VENUE } from './plan.ts';
import { CLUSTERS, POLYGON_KEY, type PolygonSettings, polygonSettings } from './settings.ts';
import { codesOf, type Market, marketOf } from './tickers.ts';

const ANSWER_MS = 10_000;
/** Pings are answered, so that a market that sleeps is not taken for a dead connection. */
const SILENCE_MS = 60_000;

type Cluster = (typeof CLUSTERS)[number];
const CLUSTER_OF: Readonly<Record<Market, Cluster>> = {
  stocks: 'stocks',
  options: 'options',
  indices: 'indices',
  fx: 'forex',
  crypto: 'crypto',
};
/** Channels by what they bring; bars of seconds have another one than bars of minutes. */
const CHANNELS: Readonly<Record<Cluster, Partial<Record<SchemaName | 'barOfSecond', string>>>> = {
  stocks: { trade: 'T', bbo: 'Q', bar: 'AM', barOfSecond: 'A', statistics: 'LULD', imbalance: 'NOI' },
  options: { trade: 'T', bbo: 'Q', bar: 'AM', barOfSecond: 'A' },
  indices: { statistics: 'V', bar: 'AM', barOfSecond: 'A' },
  forex: { bbo: 'C', bar: 'CA', barOfSecond: 'CAS' },
  crypto: { trade: 'XT', bbo: 'XQ', mbp: 'XL2', bar: 'XA', barOfSecond: 'XAS' },
};
/** Bars of minutes, which come with trades whether or not they are asked for: they tell whether trades are missing. */
const CONTROL_CHANNELS: ReadonlySet<unknown> = new Set(['AM', 'XA']);
const REFUSALS = ['auth_failed', 'auth_timeout', 'max_connections', 'error', 'force_disconnect'];

export class PolygonLive implements LiveFeed {
  readonly url: string;
  readonly venue = POLYGON_VENUE;
  readonly silenceMs = SILENCE_MS;
  readonly #key: string;
  readonly #params: string;
  readonly #relay = new SinkRelay();
  readonly #maker: RecordMaker;
  readonly #control = new LiveControl();
  #events = 0;

  constructor(request: IngestRequest, secrets: Readonly<Record<string, string>>) {
    const checks = new RequestChecks(POLYGON_VENUE, request);
    const settings = polygonSettings(checks, request);
    const cluster = clusterOf(request, checks);
    const channels = channelsOf(cluster, settings, request.schemas, checks);
    checks.refuse();
    this.url = `${settings.socketUrl}/${cluster}`;
    this.#key = secrets[POLYGON_KEY] ?? '';
    this.#params = channels.join(',');
    this.#maker = new RecordMaker(this.#relay, request.schemas);
  }

  async open(socket: FeedSocket): Promise<void> {
    this.#control.restart();
    socket.send({ action: 'auth', params: this.#key });
    await socket.answer('key', (message) => hasStatus(message, 'auth_success'), ANSWER_MS);
    socket.send({ action: 'subscribe', params: this.#params });
    await socket.answer('subscription', (message) => hasStatus(message, 'success'), ANSWER_MS);
  }

  frame({ text, tsRecvNs }: LiveFrame, sink: RecordSink): 'ok' | 'resync' | 'reconnect' {
    this.#relay.target = sink;
    const written = frameText(text);
    const events = exactJson(written);
    this.#maker.sourceIndex = this.#events++;
    if (events === undefined) {
      this.#maker.reject('not-json', written.slice(0, 200));
      return 'ok';
    }
    let verdict: 'ok' | 'reconnect' = 'ok';
    for (const [at, event] of listOf(events).entries()) {
      if (at > 0) this.#maker.sourceIndex = this.#events++;
      if (isStatus(event)) {
        this.#maker.remark(`status ${event.status}`);
        if (event.status === 'error') this.#maker.reject('vendor-error', String(event.message));
        else if (REFUSALS.includes(String(event.status))) verdict = 'reconnect';
      } else if (isMessage(event)) this.#take(event, tsRecvNs);
      else readEvent(event, this.#maker, tsRecvNs);
    }
    return verdict;
  }

  #take(event: Message, tsRecvNs: bigint): void {
    if (this.#control.isRepeated(event)) {
      this.#maker.remark('repeated-event');
      return;
    }
    if (this.#maker.wants('trade')) {
      const missing = this.#control.follow(event);
      if (missing !== null) {
        const { ticker, startMs, came, traded } = missing;
        this.#maker.reject(
          'gap',
          `${ticker}, minute of ${startMs}: trades of ${came}, its bar tells ${traded}`,
        );
      }
    }
    const isControl = !this.#maker.wants('bar') && CONTROL_CHANNELS.has(event.ev);
    if (!isControl) readEvent(event, this.#maker, tsRecvNs);
  }

  /** There is nothing by which a gap could be mended: what comes next is right by itself. */
  async resync(): Promise<void> {}
}

function listOf(events: unknown): readonly unknown[] {
  return Array.isArray(events) ? events : [events];
}

function isStatus(event: unknown): event is Message {
  return isMessage(event) && event.ev === 'status';
}

/** Whether a frame of nothing but statuses tells one. Raises what a refusal means. */
function hasStatus(message: unknown, awaited: string): boolean {
  const events = listOf(message);
  if (!events.every(isStatus)) return false;
  const refused = events.find(({ status }) => REFUSALS.includes(String(status)));
  if (refused !== undefined) {
    const code = String(refused.status).startsWith('auth') ? 'DATA_SECRET' : 'DATA_FEED';
    throw new TwinError(code, 'Polygon grants a key and a subscription', {
      status: refused.status,
      message: refused.message,
    });
  }
  return events.some(({ status }) => status === awaited);
}

/** All symbols of one connection are of one cluster; without symbols the option names it. */
function clusterOf(request: IngestRequest, checks: RequestChecks): Cluster {
  const found = [...new Set(request.symbols.map((symbol) => CLUSTER_OF[marketOf(symbol)]))];
  if (found.length === 0) return checks.word('cluster', CLUSTERS);
  if (found.length > 1) checks.add(`symbols=${request.symbols.join(',')} (of one of ${found.join(', ')})`);
  return found[0]!;
}

function channelsOf(
  cluster: Cluster,
  { symbols, timespan }: PolygonSettings,
  schemas: readonly SchemaName[],
  checks: RequestChecks,
): string[] {
  const known = CHANNELS[cluster];
  const channels = schemas
    .map((schema) => (schema === 'bar' && timespan === 'second' ? known.barOfSecond : known[schema]))
    .filter((channel) => channel !== undefined);
  if (channels.length === 0)
    checks.add(`schemas=${schemas.join(',')} (allowed of ${cluster}: ${schemasOf(cluster).join(', ')})`);
  if (
    channels.length > 0 &&
    schemas.includes('trade') &&
    known.bar !== undefined &&
    !channels.includes(known.bar)
  )
    channels.push(known.bar);
  const isPair = cluster === 'forex' || cluster === 'crypto';
  const named = symbols.map((symbol) => {
    const { base, quote } = codesOf(symbol);
    return isPair ? `${symbol.slice(0, 2)}${base}-${quote}` : symbol;
  });
  return channels.flatMap((channel) =>
    (named.length === 0 ? ['*'] : named).map((one) => `${channel}.${one}`),
  );
}

function schemasOf(cluster: Cluster): string[] {
  return Object.keys(CHANNELS[cluster]).filter((name) => name !== 'barOfSecond');
}
