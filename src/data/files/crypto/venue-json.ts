/**
 * Messages and answers of venues as JSON, one in a file or one on each line, as samples, simple recorders and the raw segments of
 * live feeds keep them (there the time of receipt in ns stands before each). What a message is of is told by its form; an answer
 * that names no instrument needs the address that was asked.
 */

import { TwinError } from '../../../base/index.ts';
import type { RecordSink } from '../../ingest/adapter.ts';
import { wholePages } from '../../ingest/adapter.ts';
import type { FileFormat, FileNormaliser } from '../../ingest/file-format.ts';
import { FeedWriter } from '../../venues/feed-writer.ts';
import { type Instant, instantOfIso, instantOfUnits } from '../../venues/instant.ts';
import { parsed } from '../../venues/messages.ts';
import { TardisMessages } from '../../venues/tardis.ts';
import type { VenueMessages } from '../../venues/venue-messages.ts';
import { KNOWN_HOSTS, venueOfMessage, venueOfUrl } from '../../venues/venue-of.ts';
import { firstLine, LineReader } from '../lines.ts';

const OPTIONS = {
  url: { about: 'address that was asked, where a file is the answer and does not say what of', default: '' },
  received: { about: 'time of receipt, ISO 8601, UTC, for messages that tell no time', default: '' },
} as const;

/** Beginnings of files that only such answers have, besides messages whose form tells the venue. */
const ANSWERS =
  /^\s*(?:\{\s*"(?:sequence|lastUpdateId)"\s*:\s*\d+,.{0,60}?"bids"|\{\s*"timestamp"\s*:\s*"\d+",.{0,80}?"bids"|\[\s*\{\s*"time"\s*:\s*"[^"]+",\s*"trade_id"|\[\s*\{\s*"base"\s*:.{0,200}?"openTimeInMillis"|\{\s*"(?:candles|trades|pricebook|products)"\s*:)/s;

function recognisesAnswer(head: Uint8Array): boolean {
  return ANSWERS.test(new TextDecoder().decode(head.subarray(0, 2048)));
}

export const VENUE_JSON_FORMAT: FileFormat = {
  name: 'venue-json',
  version: 1,
  about: 'One message or answer of a crypto venue, as JSON.',
  schemas: ['mbp', 'mbo', 'trade', 'bbo', 'bar', 'statistics', 'definition'],
  options: OPTIONS,
  recognise(head, isWhole) {
    if (recognisesAnswer(head)) return true;
    return isWhole && venueOfMessage(parsed(new TextDecoder().decode(head))) !== null;
  },
  open: ({ options }, sink) => new JsonReader(sink, options),
};

export const VENUE_LINES_FORMAT: FileFormat = {
  name: 'venue-lines',
  version: 1,
  about: 'Messages of a crypto venue, one JSON text on each line, perhaps behind the ns of its receipt.',
  schemas: VENUE_JSON_FORMAT.schemas,
  options: { received: OPTIONS.received },
  recognise(head, isWhole) {
    const line = firstLine(head, isWhole);
    if (line === null) return false;
    const { received, text } = splitReceived(line);
    const isAlone = received === null && isWhole && new TextDecoder().decode(head).trim() === line.trim();
    // Those of Binance with times of receipt are of hftbacktest, whose snapshots name no symbol.
    const isOther = received !== null && /"(?:stream|lastUpdateId)":/.test(text);
    return !isAlone && !isOther && venueOfMessage(parsed(text)) !== null;
  },
  open: ({ options }, sink) => new LinesReader(sink, options),
};

/** The time of receipt before a message, if there is one, and the message. */
function splitReceived(line: string): { readonly received: Instant | null; readonly text: string } {
  const parts = /^(\d{19}) (.*)$/s.exec(line);
  return parts === null
    ? { received: null, text: line }
    : { received: instantOfUnits(parts[1]!, 9), text: parts[2]! };
}

/** Takes messages of a venue that the first of them, or an address, tells. */
class VenueReader {
  readonly received: Instant | null;
  readonly #sink: RecordSink;
  readonly #orphans: FeedWriter;
  #venue: string | null = null;
  #messages: VenueMessages | null = null;

  constructor(sink: RecordSink, options: Readonly<Record<string, string>>) {
    this.#sink = sink;
    this.#orphans = new FeedWriter(sink);
    const received = options.received ?? '';
    this.received = received === '' ? null : instantOfIso(received);
    if (received !== '' && this.received === null) {
      throw new TwinError('DATA_REQUEST', 'a time is written as ISO 8601 in UTC', {
        option: 'received',
        found: received,
      });
    }
  }

  get venue(): string {
    const told = this.#messages instanceof TardisMessages ? this.#messages.exchange : null;
    return told ?? this.#venue ?? 'unknown';
  }

  /** For an address; raises DATA_REQUEST when its host is none that is known. */
  useUrl(url: string): void {
    const facts = venueOfUrl(url);
    if (facts === null) {
      throw new TwinError('DATA_REQUEST', 'an address is one of a venue that is known', {
        option: 'url',
        found: url,
        hosts: KNOWN_HOSTS,
      });
    }
    this.#venue = facts.venue;
    this.#messages = facts.open(this.#sink);
  }

  answer(url: string, body: unknown): void {
    this.#messages!.answer(url, body, this.received);
  }

  message(value: unknown, text: string, received: Instant | null = this.received): void {
    if (this.#messages === null) {
      const facts = venueOfMessage(value);
      if (facts !== null) {
        this.#venue = facts.venue;
        this.#messages = facts.open(this.#sink);
      }
    }
    if (this.#messages === null) {
      const reason = value === undefined ? 'not-json' : 'unknown-type';
      this.#orphans.reject(reason, `its form tells no venue (option url tells it): ${text.slice(0, 150)}`);
    } else if (value === undefined) this.#messages.writer.reject('not-json', text.slice(0, 200));
    else if (isAnswer(value)) this.#messages.answer('', value, received);
    else this.#messages.frame(value, received);
  }

  end(): void {
    this.#messages?.end();
  }
}

/** Answers that need no address: those of Kraken and of Advanced Trade name what they are of. */
function isAnswer(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const isKraken = 'error' in value && 'result' in value;
  const isAdvanced =
    !('channel' in value) && ('pricebook' in value || 'products' in value || 'quote_increment' in value);
  return isKraken || isAdvanced || ('trades' in value && 'best_bid' in value);
}

class JsonReader implements FileNormaliser {
  readonly #reader: VenueReader;
  readonly #pages: ReturnType<typeof wholePages>;

  constructor(sink: RecordSink, options: Readonly<Record<string, string>>) {
    const reader = new VenueReader(sink, options);
    const url = options.url ?? '';
    if (url !== '') reader.useUrl(url);
    this.#reader = reader;
    this.#pages = wholePages(
      (bytes) => {
        const text = new TextDecoder().decode(bytes);
        const value = parsed(text);
        if (url !== '' && value !== undefined) reader.answer(url, value);
        else reader.message(value, text);
      },
      () => reader.end(),
    );
  }

  get venue(): string {
    return this.#reader.venue;
  }

  write(bytes: Uint8Array): void {
    this.#pages.write(bytes);
  }

  endPage(): void {
    this.#pages.endPage();
  }

  end(): void {
    this.#pages.end();
  }
}

class LinesReader implements FileNormaliser {
  readonly #reader: VenueReader;
  readonly #lines: LineReader;

  constructor(sink: RecordSink, options: Readonly<Record<string, string>>) {
    const reader = new VenueReader(sink, options);
    this.#reader = reader;
    this.#lines = new LineReader((line) => {
      if (line === '') return;
      const { received, text } = splitReceived(line);
      reader.message(parsed(text), text, received ?? reader.received);
    });
  }

  get venue(): string {
    return this.#reader.venue;
  }

  write(bytes: Uint8Array): void {
    this.#lines.write(bytes);
  }

  endPage(): void {
    this.#lines.end();
  }

  end(): void {
    this.#reader.end();
  }
}
