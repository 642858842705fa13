/**
 * The live side: Market Data over WebSocket. The handshake carries the token, the venue says whether it took it, and one request asks
 * for all products; a product type that is none rejects it as a whole. Messages are numbered: a hole is a gap that is named, and
 * nothing brings it back. The next top of the book is whole again by itself.
 */

import { TwinError } from '../../../base/index.ts';
import type { IngestRequest, LiveFeed, LiveFrame, RecordSink } from '../../ingest/adapter.ts';
import { FeedSequencer } from '../../transport/feed-sequencer.ts';
import type { FeedSocket } from '../../transport/feed-socket.ts';
import type { HttpClient } from '../../transport/http-client.ts';
import { LIVE_WINDOW_MS } from '../../venues/joined-feed.ts';
import { frameText, SinkRelay } from '../live-session.ts';
import { CmeAccess } from './access.ts';
import { countOf, isObject, type JsonObject, objectOf, textOf } from './json.ts';
import { LiveMessages } from './live-messages.ts';
import { CME_VENUE, type CmeSettings, cmeSettings } from './settings.ts';

const ANSWER_MS = 10_000;
const VERSION = '1.0';
/** Message types by the schema that they make. */
const TYPES: Readonly<Record<string, string>> = { trade: 'TRD', bbo: 'TOB', statistics: 'STAT' };
const DETAIL_CHARS = 200;
const NS_PER_MS = 1_000_000n;

interface Heard {
  readonly header: JsonObject;
  readonly payload: unknown;
  readonly tsRecvNs: bigint;
}

export class CmeLive implements LiveFeed {
  readonly url: string;
  readonly venue = CME_VENUE;
  readonly silenceMs: number;
  readonly #settings: CmeSettings;
  readonly #types: readonly string[];
  readonly #access: CmeAccess;
  readonly #messages = new LiveMessages();
  readonly #relay = new SinkRelay();
  /** Messages in the order of their numbers; those that come late are waited for. */
  readonly #feed = new FeedSequencer<(Heard & { readonly sequence: number }) | null>({
    windowMs: LIVE_WINDOW_MS,
    afterGap: 'skip',
    deliver: (heard, lost) => {
      if (heard === null) return;
      if (lost > 0) {
        this.#messages.isAfterGap = true;
        const { sequence } = heard;
        this.#relay.reject('gap', sequence, `messages ${sequence - lost} to ${sequence - 1}`);
      }
      this.#take(heard);
    },
  });
  #requests = 0;
  /** Numbers of the answers that opened it, which are no frames. */
  #answered: number[] = [];
  /** A connection was opened and nothing came over it yet. */
  #isNew = false;
  #verdict: 'ok' | 'reconnect' = 'ok';

  constructor(request: IngestRequest, secrets: Readonly<Record<string, string>>) {
    this.#settings = cmeSettings(request, true);
    this.#types = request.schemas.flatMap((schema) => TYPES[schema] ?? []);
    this.#access = new CmeAccess(this.#settings.tokenUrl, secrets);
    this.url = this.#settings.socketUrl;
    this.silenceMs = this.#settings.silenceMs;
  }

  headers = (http: HttpClient, signal: AbortSignal): Promise<Readonly<Record<string, string>>> =>
    this.#access.headers(http, signal);

  async open(socket: FeedSocket): Promise<void> {
    this.#isNew = true;
    this.#answered = [];
    await socket.answer('login', (message) => this.#isLogin(message), ANSWER_MS);
    const requestId = String(++this.#requests);
    const { products, types, periods, spreads } = this.#settings;
    socket.send({
      header: { messageType: 'SUBSCRIBE', version: VERSION, requestId },
      payload: {
        subscriptionMessageTypes: this.#types,
        subscriptions: types.flatMap((productType) =>
          products.map((productCode) => ({
            productType,
            productCode,
            ...(periods.length === 0 ? {} : { periodCodes: periods }),
            ...(spreads.length === 0 ? {} : { spreadReportTypes: spreads }),
          })),
        ),
      },
    });
    await socket.answer(
      'subscription',
      (message) => this.#note(isSubscribed(message, requestId), message),
      ANSWER_MS,
    );
  }

  #isLogin(message: unknown): boolean {
    const { header, payload } = objectOf(message);
    if (textOf(objectOf(header).messageType) !== 'LOGINSTATUS') return false;
    const status = textOf(objectOf(payload).status);
    if (status === 'authenticated') return this.#note(true, message);
    // The next connection asks for another token.
    this.#access.forget();
    throw new TwinError('DATA_SECRET', 'CME takes the token of a connection', {
      status,
      said: shortened(payload),
    });
  }

  /** Notes the number of a message that is an answer. */
  #note(isAnswer: boolean, message: unknown): boolean {
    const sequence = countOf(objectOf(objectOf(message).header).sequenceNumber);
    if (isAnswer && sequence !== null) this.#answered.push(sequence);
    return isAnswer;
  }

  frame(frame: LiveFrame, sink: RecordSink): 'ok' | 'resync' | 'reconnect' {
    this.#relay.target = sink;
    this.#verdict = 'ok';
    const atMs = Number(frame.tsRecvNs / NS_PER_MS);
    if (this.#isNew) {
      // What waited for numbers of the last connection waits in vain: those of this one begin anew.
      this.#feed.tick(Number.POSITIVE_INFINITY);
      this.#feed.reset();
      this.#isNew = false;
    }
    this.#feed.tick(atMs);
    const message = parse(frameText(frame.text));
    if (!isObject(message) || !isObject(message.header)) {
      sink.reject('not-json', 0, frameText(frame.text).slice(0, DETAIL_CHARS));
      return 'ok';
    }
    const heard = { header: message.header, payload: message.payload, tsRecvNs: frame.tsRecvNs };
    const sequence = countOf(message.header.sequenceNumber);
    if (sequence === null) this.#take(heard);
    else this.#offer(sequence, heard, atMs);
    return this.#verdict;
  }

  /** Puts a message into its place; answers that opened the connection have theirs between them. */
  #offer(sequence: number, heard: Heard, atMs: number): void {
    while (this.#answered.length > 0 && this.#answered[0]! < sequence) {
      const number = this.#answered.shift()!;
      this.#feed.offer(number, number, null, null, atMs);
    }
    const { duplicates } = this.#feed.counts;
    this.#feed.offer(sequence, sequence, null, { ...heard, sequence }, atMs);
    if (this.#feed.counts.duplicates > duplicates) this.#relay.remark('repeated-message');
  }

  #take({ header, payload, tsRecvNs }: Heard): void {
    const type = textOf(header.messageType) ?? '';
    if (this.#messages.read(type, header, payload, tsRecvNs, this.#relay)) return;
    if (type === 'LOGINSTATUS') {
      // The venue ends a session: its token is over.
      this.#access.forget();
      if (textOf(objectOf(payload).status) !== 'authenticated') this.#verdict = 'reconnect';
      return;
    }
    this.#relay.remark(`other-message-${type === '' ? 'without-type' : type.slice(0, DETAIL_CHARS)}`);
  }

  /** Nothing can be asked for again. */
  async resync(): Promise<void> {}
}

function isSubscribed(message: unknown, requestId: string): boolean {
  const { header, payload } = objectOf(message);
  const { messageType, requestId: answered } = objectOf(header);
  if (textOf(messageType) !== 'SUBSCRIPTION_STATUS' || textOf(answered) !== requestId) return false;
  const status = textOf(objectOf(payload).status);
  if (status === 'SUBSCRIBED') return true;
  throw new TwinError('DATA_REQUEST', 'CME grants a subscription as a whole', {
    status,
    said: shortened(payload),
  });
}

function shortened(payload: unknown): string {
  return (JSON.stringify(payload) ?? '').slice(0, DETAIL_CHARS);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
