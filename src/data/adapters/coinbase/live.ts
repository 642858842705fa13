/**
 * The sockets of Coinbase Exchange: level2, full, matches, ticker and heartbeat. The full channel is joined to a book of level
 * 3, which is fetched at the start and after every hole (market-rules §12.6).
 */

import { TwinError } from '../../../base/index.ts';
import type { IngestRequest, LiveFeed, LiveFrame, RecordSink } from '../../ingest/adapter.ts';
import { receiveTimeNs } from '../../transport/clock.ts';
import type { FeedSocket } from '../../transport/feed-socket.ts';
import type { HttpClient } from '../../transport/http-client.ts';
import { CoinbaseMessages } from '../../venues/coinbase/messages.ts';
import { writeRestBook } from '../../venues/coinbase/rest-book.ts';
import { instantOfNs, msOfInstant } from '../../venues/instant.ts';
import { isMessage, parsed } from '../../venues/messages.ts';
import { type FetchedSnapshot, frameText, SinkRelay } from '../live-session.ts';
import { RequestChecks } from '../request-checks.ts';
import { COINBASE_VENUE, type CoinbaseSettings, coinbaseSettings } from './plan.ts';
import { signCoinbase, signedHeaders } from './sign.ts';

/** Coinbase closes connections that subscribe to nothing within 5 s. */
const ANSWER_MS = 5000;
/** A heartbeat comes each second. */
const SILENCE_MS = 10_000;
const SIGNED_PATH = '/users/self/verify';

export class CoinbaseLive implements LiveFeed {
  readonly url: string;
  readonly venue = COINBASE_VENUE;
  readonly silenceMs = SILENCE_MS;
  readonly #settings: CoinbaseSettings;
  readonly #channels: readonly string[];
  readonly #secrets: Readonly<Record<string, string>>;
  readonly #relay = new SinkRelay();
  readonly #messages: CoinbaseMessages;
  #snapshots: FetchedSnapshot[] = [];
  #opened = 0;
  /** Connection for which losses are accounted: the first has none. */
  #accounted = 1;

  constructor(request: IngestRequest, secrets: Readonly<Record<string, string>>) {
    const checks = new RequestChecks('coinbase', request);
    this.#settings = coinbaseSettings(checks);
    this.#channels = channelsOf(request, this.#settings);
    if (this.#channels.length === 0)
      checks.add(`schema=${request.schemas.join(',')} (none of them has a channel)`);
    checks.refuse();
    this.#secrets = secrets;
    this.url = this.#settings.socketUrl;
    this.#messages = new CoinbaseMessages(this.#relay, 'live', new Set(request.schemas));
    if (!request.schemas.includes('mbo')) return;
    for (const product of this.#settings.symbols) this.#messages.fullBook(product);
  }

  async open(socket: FeedSocket): Promise<void> {
    this.#opened++;
    const signature = signCoinbase(this.#secrets, SIGNED_PATH, Math.floor(Date.now() / 1000));
    socket.send({
      type: 'subscribe',
      product_ids: this.#settings.symbols,
      channels: [...this.#channels, 'heartbeat'],
      ...signature,
    });
    await socket.answer('subscription', isSubscribed, ANSWER_MS);
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
    else this.#messages.frame(message, tsRecv);
    return this.#messages.booksToFetch.length > 0 ? 'resync' : 'ok';
  }

  async resync(http: HttpClient, signal: AbortSignal): Promise<void> {
    for (const symbol of this.#messages.booksToFetch) {
      const path = `/products/${symbol}/book?level=3`;
      const signature = signCoinbase(this.#secrets, path, Math.floor(Date.now() / 1000));
      const request = {
        url: `${this.#settings.restUrl}${path}`,
        headers: { 'User-Agent': 'market-twin' },
        secretHeaders: signedHeaders(signature),
      };
      const { bytes } = await http.ask(request, signal);
      this.#snapshots.push({ symbol, body: parsed(frameText(bytes)), tsRecvNs: receiveTimeNs() });
    }
  }

  #useSnapshots(): void {
    for (const { symbol, body, tsRecvNs } of this.#snapshots) {
      if (isMessage(body)) writeRestBook(this.#messages, symbol, 3, body, instantOfNs(tsRecvNs));
      else this.#messages.writer.reject('not-json', `book of ${symbol}`);
    }
    this.#snapshots = [];
  }
}

function isSubscribed(answer: unknown): boolean {
  if (!isMessage(answer)) return false;
  if (answer.type === 'error') {
    throw new TwinError('DATA_FEED', 'Coinbase grants a subscription', {
      message: answer.message,
      reason: answer.reason,
    });
  }
  return answer.type === 'subscriptions';
}

function channelsOf(request: IngestRequest, settings: CoinbaseSettings): string[] {
  const { schemas } = request;
  const channels: string[] = [];
  if (schemas.includes('mbo')) channels.push('full');
  else if (schemas.includes('trade')) channels.push('matches');
  if (schemas.includes('mbp')) channels.push(settings.level2);
  if (schemas.includes('bbo') || schemas.includes('statistics')) channels.push('ticker');
  return channels;
}
