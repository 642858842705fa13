/**
 * The live side: Market Data over WebSocket. The handshake carries the token, the venue says whether it took it, and one request asks
 * for all products; a product type that is none rejects it as a whole. Messages are numbered: a hole is a gap that is named, and
 * nothing brings it back. The next top of the book is whole again by itself.
 */

import { TwinError } from '../../../base/index.ts';
import type { IngestRequest, LiveFeed, LiveFrame, RecordSink } from '../../ingest/adapter.ts';
import type { FeedSocket } from '../../transport/feed-socket.ts';
import type { HttpClient } from '../../transport/http-client.ts';
import { CmeAccess } from './access.ts';
import { countOf, isObject, objectOf, textOf } from './json.ts';
import { LiveMessages } from './live-messages.ts';
import { CME_VENUE, type CmeSettings, cmeSettings } from './settings.ts';

const ANSWER_MS = 10_000;
const VERSION = '1.0';
/** Message types by the schema that they make. */
const TYPES: Readonly<Record<string, string>> = { trade: 'TRD', bbo: 'TOB', statistics: 'STAT' };
const DETAIL_CHARS = 200;

export class CmeLive implements LiveFeed {
  readonly url: string;
  readonly venue = CME_VENUE;
  readonly silenceMs: number;
  readonly #settings: CmeSettings;
  readonly #types: readonly string[];
  readonly #access: CmeAccess;
  readonly #messages = new LiveMessages();
  readonly #decoder = new TextDecoder();
  #requests = 0;
  /** Number of the last message of this connection; -1 before the first. */
  #last = -1;
  /** Numbers of the answers that opened it, which are no frames. */
  #answered: number[] = [];

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
    this.#last = -1;
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
    const text = typeof frame.text === 'string' ? frame.text : this.#decoder.decode(frame.text);
    const message = parse(text);
    if (!isObject(message) || !isObject(message.header)) {
      sink.reject('not-json', 0, text.slice(0, DETAIL_CHARS));
      return 'ok';
    }
    const { header } = message;
    const type = textOf(header.messageType) ?? '';
    if (!this.#follow(countOf(header.sequenceNumber), sink)) return 'ok';
    if (this.#messages.read(type, header, message.payload, frame.tsRecvNs, sink)) return 'ok';
    if (type === 'LOGINSTATUS') {
      // The venue ends a session: its token is over.
      this.#access.forget();
      return textOf(objectOf(message.payload).status) === 'authenticated' ? 'ok' : 'reconnect';
    }
    sink.remark(`other-message-${type === '' ? 'without-type' : type.slice(0, DETAIL_CHARS)}`);
    return 'ok';
  }

  /** False for a message that came before. */
  #follow(sequence: number | null, sink: RecordSink): boolean {
    if (sequence === null) return true;
    const due = this.#last + 1;
    if (this.#last >= 0 && sequence < due) {
      sink.remark('repeated-message');
      return false;
    }
    const answered = this.#answered.filter((number) => number >= due && number < sequence).length;
    if (this.#last >= 0 && sequence - due > answered) {
      this.#messages.isAfterGap = true;
      sink.reject('gap', sequence, `messages ${due} to ${sequence - 1}`);
    }
    this.#last = sequence;
    return true;
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
