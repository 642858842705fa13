/**
 * The streams of Binance: one connection of combined streams, subscribed by message; books are joined to snapshots that are
 * fetched, at the start and after every hole (market-rules §12.5).
 */

import { TwinError } from '../../../base/index.ts';
import type { IngestRequest, LiveFeed, LiveFrame, RecordSink } from '../../ingest/adapter.ts';
import { receiveTimeNs } from '../../transport/clock.ts';
import type { FeedSocket } from '../../transport/feed-socket.ts';
import type { HttpClient } from '../../transport/http-client.ts';
import { BinanceMessages } from '../../venues/binance/messages.ts';
import { instantOfNs, msOfInstant } from '../../venues/instant.ts';
import { isMessage, parsed } from '../../venues/messages.ts';
import { type FetchedSnapshot, frameText, SinkRelay } from '../live-session.ts';
import { RequestChecks } from '../request-checks.ts';
import { classifyBinance } from './fetch.ts';
import { MARKET_FACTS } from './markets.ts';
import { type BinanceSettings, binanceSettings } from './plan.ts';

const ANSWER_MS = 10_000;
/** Binance pings every 20 s (spot) or 3 min (futures); instruments that rest say nothing else. */
const SILENCE_MS = 240_000;

export class BinanceLive implements LiveFeed {
  readonly url: string;
  readonly venue: string;
  readonly silenceMs = SILENCE_MS;
  readonly #settings: BinanceSettings;
  readonly #streams: readonly string[];
  readonly #relay = new SinkRelay();
  readonly #messages: BinanceMessages;
  #snapshots: FetchedSnapshot[] = [];
  #opened = 0;
  /** Connection for which losses are accounted: the first has none. */
  #accounted = 1;

  constructor(request: IngestRequest) {
    const checks = new RequestChecks('binance', request);
    this.#settings = binanceSettings(request, checks);
    this.#streams = streamsOf(request, this.#settings);
    if (this.#streams.length === 0)
      checks.add(`schema=${request.schemas.join(',')} (none of them has a stream)`);
    checks.refuse();
    this.#messages = new BinanceMessages(this.#relay, 'live', new Set(request.schemas));
    this.url = `${this.#settings.socketUrl}/stream`;
    this.venue = MARKET_FACTS[this.#settings.market].venue;
  }

  async open(socket: FeedSocket): Promise<void> {
    this.#opened++;
    const id = this.#opened;
    socket.send({ method: 'SUBSCRIBE', params: this.#streams, id });
    await socket.answer('subscription', (answer) => isSubscribed(answer, id), ANSWER_MS);
  }

  frame(frame: LiveFrame, sink: RecordSink): 'ok' | 'resync' | 'reconnect' {
    this.#relay.target = sink;
    const tsRecv = instantOfNs(frame.tsRecvNs);
    if (this.#opened > this.#accounted) {
      this.#accounted = this.#opened;
      this.#messages.interrupt(msOfInstant(tsRecv));
    }
    this.#useSnapshots();
    this.#messages.tick(msOfInstant(tsRecv));
    const message = parsed(frameText(frame.text));
    if (message === undefined) this.#messages.writer.reject('not-json', frameText(frame.text).slice(0, 200));
    else if (isMessage(message) && message.e === 'serverShutdown') return 'reconnect';
    else this.#messages.frame(message, tsRecv);
    return this.#messages.booksToFetch.length > 0 ? 'resync' : 'ok';
  }

  async resync(http: HttpClient, signal: AbortSignal): Promise<void> {
    const { path } = MARKET_FACTS[this.#settings.market];
    for (const symbol of this.#messages.booksToFetch) {
      const url = `${this.#settings.restUrl}${path}/depth?symbol=${symbol}&limit=${this.#settings.depth}`;
      const { bytes } = await http.ask({ url }, signal, classifyBinance);
      this.#snapshots.push({ symbol, body: parsed(frameText(bytes)), tsRecvNs: receiveTimeNs() });
    }
  }

  #useSnapshots(): void {
    for (const { symbol, body, tsRecvNs } of this.#snapshots) {
      if (isMessage(body)) this.#messages.depthSnapshot(symbol, body, instantOfNs(tsRecvNs));
      else this.#messages.writer.reject('not-json', `depth snapshot of ${symbol}`);
    }
    this.#snapshots = [];
  }
}

/** Whether it answers the subscription `id`. Raises DATA_FEED when that was refused. */
function isSubscribed(answer: unknown, id: number): boolean {
  if (!isMessage(answer) || answer.id !== id) return false;
  if ('error' in answer || 'code' in answer) {
    const said = JSON.stringify(answer.error ?? answer).slice(0, 200);
    throw new TwinError('DATA_FEED', 'Binance grants a subscription', { said });
  }
  return true;
}

function streamsOf(request: IngestRequest, settings: BinanceSettings): string[] {
  const isFutures = settings.market === 'usdm';
  const names = request.schemas.flatMap((schema) => {
    switch (schema) {
      case 'mbp':
        return ['depth@100ms'];
      case 'trade':
        return [settings.trades];
      case 'bbo':
        return ['bookTicker'];
      case 'bar':
        return [`kline_${settings.interval}`];
      case 'statistics':
        return isFutures ? ['ticker', 'markPrice@1s'] : ['ticker'];
      default:
        return [];
    }
  });
  return settings.symbols.flatMap((symbol) => names.map((name) => `${symbol.toLowerCase()}@${name}`));
}
