/**
 * Raw recordings of cryptofeed. The older form is a file per connection, one line per message:
 *
 *   wss://host/path <-> 1633998511.159679           connected
 *   wss://host/path <- 1633998511.16: {"type":…}    sent
 *   1633998512.0633569: {"stream":…}                received
 *   https://host/path?query -> 1633998512.32: {…}   answer
 *
 * The newer one is JSON lines of {t: header | connect | send | recv | http, conn, ts, addr or url, data}.
 */

import type { RecordSink } from '../../ingest/adapter.ts';
import type { FileFormat, FileNormaliser } from '../../ingest/file-format.ts';
import { FeedWriter } from '../../venues/feed-writer.ts';
import { type Instant, instantOfSeconds, msOfInstant } from '../../venues/instant.ts';
import { isMessage, type Message, parsed, textOf } from '../../venues/messages.ts';
import type { VenueMessages } from '../../venues/venue-messages.ts';
import { venueOfUrl } from '../../venues/venue-of.ts';
import { firstLine, LineReader } from '../lines.ts';

const CONNECTED = /^(\S+) <-> (\d+(?:\.\d+)?)$/;
const SENT = /^(\S+) <- (\d+(?:\.\d+)?): /;
const ANSWERED = /^(\S+) -> (\d+(?:\.\d+)?): (.*)$/s;
const RECEIVED = /^(\d{9,10}(?:\.\d+)?): (.*)$/s;

export const CRYPTOFEED_FORMAT: FileFormat = {
  name: 'cryptofeed',
  version: 1,
  about: 'Raw recordings of cryptofeed, both forms, of the venues that are known.',
  schemas: ['mbp', 'mbo', 'trade', 'bbo', 'bar', 'statistics', 'definition'],
  options: {},
  recognise(head, isWhole) {
    const line = firstLine(head, isWhole) ?? new TextDecoder().decode(head.subarray(0, 4096));
    if (/^\{"t":"header","format":\d+,"exchange":/.test(line)) return true;
    const url = (CONNECTED.exec(line) ?? SENT.exec(line) ?? /^(\S+) -> \d+(?:\.\d+)?: /.exec(line))?.[1];
    return url !== undefined && /^(?:wss?|https?):\/\//.test(url);
  },
  open: (_context, sink) => new CryptofeedReader(sink),
};

class CryptofeedReader implements FileNormaliser {
  readonly #sink: RecordSink;
  readonly #lines = new LineReader((line) => this.#line(line));
  #venue: string | null = null;
  #messages: VenueMessages | null = null;
  /** For lines before a venue is known. */
  readonly #orphans: FeedWriter;
  readonly #connected = new Set<string>();

  constructor(sink: RecordSink) {
    this.#sink = sink;
    this.#orphans = new FeedWriter(sink);
  }

  get venue(): string {
    return this.#venue ?? 'unknown';
  }

  write(bytes: Uint8Array): void {
    this.#lines.write(bytes);
  }

  endPage(): void {
    this.#lines.end();
  }

  end(): void {
    this.#messages?.end();
  }

  #line(line: string): void {
    if (line === '') return;
    if (line.startsWith('{"t":')) {
      this.#entry(line);
      return;
    }
    const received = RECEIVED.exec(line);
    if (received !== null) {
      this.#frame(received[2]!, instantOfSeconds(received[1]!), line);
      return;
    }
    const answered = ANSWERED.exec(line);
    const connected = CONNECTED.exec(line);
    const sent = SENT.exec(line);
    if (answered !== null) this.#answer(answered[1]!, answered[3]!, instantOfSeconds(answered[2]!));
    else if (connected !== null) this.#connect(connected[1]!, connected[1]!, instantOfSeconds(connected[2]!));
    else if (sent !== null) this.#learn(sent[1]!);
    else this.#reject('unknown-type', line);
  }

  #entry(line: string): void {
    const entry = parsed(line);
    if (!isMessage(entry)) {
      this.#reject('not-json', line);
      return;
    }
    // The text keeps digits that a parsed number has lost.
    const at = /"ts":(\d+(?:\.\d+)?)/.exec(line)?.[1];
    const ts = at === undefined ? null : instantOfSeconds(at);
    switch (entry.t) {
      case 'header':
      case 'disconnect':
      case 'close':
        break;
      case 'connect':
        this.#connect(String(entry.addr), String(entry.conn), ts);
        break;
      case 'send':
        this.#learn(String(entry.addr));
        break;
      case 'http':
        this.#answer(String(entry.url), dataOf(entry), ts);
        break;
      case 'recv':
        this.#frame(dataOf(entry), ts, line);
        break;
      default:
        this.#reject('unknown-type', line);
    }
  }

  /** `connection`: what it is called; the same one again was lost meanwhile. */
  #connect(url: string, connection: string, ts: Instant | null): void {
    this.#learn(url);
    if (!this.#connected.has(connection)) this.#connected.add(connection);
    else {
      this.#sink.remark('reconnected');
      this.#messages?.interrupt(ts === null ? 0 : msOfInstant(ts));
    }
  }

  #answer(url: string, text: string, ts: Instant | null): void {
    const messages = this.#learn(url);
    const body = parsed(text);
    if (messages === null || body === undefined) this.#reject('not-json', `${url}: ${text}`);
    else messages.answer(url, body, ts);
  }

  #frame(text: string, ts: Instant | null, line: string): void {
    const message = parsed(text);
    if (this.#messages === null || message === undefined) this.#reject('not-json', line);
    else this.#messages.frame(message, ts);
  }

  /** The messages of the venue of an address; null for a venue that is not known. */
  #learn(url: string): VenueMessages | null {
    if (this.#messages !== null) return this.#messages;
    const facts = venueOfUrl(url);
    if (facts === null) return null;
    this.#venue = facts.venue;
    this.#messages = facts.open(this.#sink);
    return this.#messages;
  }

  #reject(reason: 'not-json' | 'unknown-type', text: string): void {
    const writer = this.#messages?.writer ?? this.#orphans;
    writer.reject(reason, text.slice(0, 200));
  }
}

function dataOf(entry: Message): string {
  return textOf(entry.data) ?? JSON.stringify(entry.data ?? null);
}
