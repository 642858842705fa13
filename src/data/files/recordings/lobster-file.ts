/**
 * Files of LOBSTER: messages as mbo, trade and status records, and the book beside them as mbp records. A book file has no
 * times: row r is the book after row r of its message file, which an option names.
 */

import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { TwinError } from '../../../base/index.ts';
import { LobsterDecoder } from '../../formats/lobster-decoder.ts';
import { lobsterKindOfContent, parseLobsterFileName } from '../../formats/lobster-file-name.ts';
import type { RecordSink } from '../../ingest/adapter.ts';
import type { FileContext, FileFormat, FileNormaliser } from '../../ingest/file-format.ts';
import { MboBatch } from '../../mbo-batch.ts';
import { Quarantine } from '../../quarantine.ts';
import { sniffBytes } from '../../sniff-format.ts';
import { DATE_OPTION, OptionReader, SYMBOL_OPTION, VENUE_OPTION, ZONE_OPTION } from '../file-options.ts';
import { type Pick, pickingSink, pickOf, RECORDS_OPTION } from '../picking.ts';
import { SinkQuarantine } from '../sink-quarantine.ts';
import { LobsterLevels } from './lobster-levels.ts';
import { MboNormaliser } from './mbo-normaliser.ts';

/** Prices of LOBSTER are in 1e-4 dollars. */
export const E4_STEPS = 100_000;

const SCHEMAS = ['mbo', 'trade', 'status', 'mbp'] as const;

export const LOBSTER_FILE: FileFormat = {
  name: 'lobster',
  version: 1,
  about: 'LOBSTER message and orderbook files',
  schemas: SCHEMAS,
  options: {
    records: RECORDS_OPTION,
    symbol: SYMBOL_OPTION,
    date: DATE_OPTION,
    zone: ZONE_OPTION,
    venue: VENUE_OPTION('XNAS'),
    messages: { about: 'path of the message file that belongs to an orderbook file: its times', default: '' },
  },
  recognise(head, isWhole) {
    const format = sniffBytes(head, isWhole);
    return format === 'lobster-message' || format === 'lobster-orderbook';
  },
  open(context, sink) {
    const options = new OptionReader('lobster', context);
    const named = parseLobsterFileName(context.fileName);
    const symbol = options.symbol(named?.symbol);
    const zone = options.zone();
    const date = options.date(named?.date);
    const messages = options.text('messages');
    if (named?.kind === 'orderbook' && messages === '')
      options.problem('messages', 'names the message file: a row of a book has no time');
    if (messages !== '' && !existsSync(messages)) options.problem('messages', `is a file, not ${messages}`);
    const pick = pickOf(options, SCHEMAS);
    options.check();
    return new LobsterNormaliser(context, sink, {
      pick,
      symbol,
      venue: options.text('venue') || 'XNAS',
      epochNs: zone.midnightNs(date)!,
      messages,
    });
  },
};

interface LobsterOptions {
  readonly pick: Pick;
  readonly symbol: string;
  readonly venue: string;
  readonly epochNs: bigint;
  readonly messages: string;
}

/** Finds out by the first row which of the two kinds a file is. */
class LobsterNormaliser implements FileNormaliser {
  readonly venue: string;
  readonly #context: FileContext;
  readonly #sink: RecordSink;
  readonly #options: LobsterOptions;
  #inner: FileNormaliser | null = null;
  /** Bytes before the first row was whole. */
  #head: Uint8Array = new Uint8Array(0);

  constructor(context: FileContext, sink: RecordSink, options: LobsterOptions) {
    this.venue = options.venue;
    this.#context = context;
    this.#sink = sink;
    this.#options = options;
  }

  write(bytes: Uint8Array): void {
    if (this.#inner !== null) {
      this.#inner.write(bytes);
      return;
    }
    this.#head = Buffer.concat([this.#head, bytes]);
    if (this.#head.includes(10)) this.#start();
  }

  endPage(): void {
    if (this.#inner === null) this.#start();
    this.#inner?.endPage();
  }

  end(): void {
    this.#inner?.end();
  }

  #start(): void {
    const isBook = lobsterKindOfContent(this.#head) === 'orderbook';
    this.#inner = isBook ? this.#book() : this.#messages();
    this.#inner.write(this.#head);
    this.#head = new Uint8Array(0);
  }

  #messages(): FileNormaliser {
    const { pick, symbol, venue, epochNs } = this.#options;
    const quarantine = new SinkQuarantine(this.#sink, this.#context.fileName);
    return new MboNormaliser(this.#sink, {
      venue,
      pick,
      decoder: new LobsterDecoder(quarantine, { symbol, epochNs }),
      priceSteps: E4_STEPS,
      isPriceOfOrder: false,
      epochs: () => ({ eventNs: epochNs, recvNs: epochNs }),
    });
  }

  #book(): FileNormaliser {
    const { pick, symbol, venue, epochNs, messages } = this.#options;
    if (messages === '') {
      throw new TwinError('DATA_REQUEST', 'an orderbook file of LOBSTER is read with its message file', {
        file: this.#context.fileName,
        option: 'messages',
      });
    }
    return new LobsterLevels(pickingSink(this.#sink, pick), this.#context.fileName, {
      symbol,
      venue,
      epochNs,
      timesNs: readTimes(messages),
    });
  }
}

/** Times of a message file by row, ns since midnight; NaN for rows that are set aside. */
function readTimes(path: string): Float64Array {
  const packed = readFileSync(path);
  const bytes = packed[0] === 0x1f && packed[1] === 0x8b ? gunzipSync(packed) : packed;
  const decoder = new LobsterDecoder(new Quarantine('lenient', path));
  const batch = new MboBatch();
  let times = new Float64Array(1 << 16).fill(Number.NaN);
  decoder.write(bytes);
  decoder.end();
  while (decoder.read(batch) > 0) {
    for (let row = 0; row < batch.count; row++) {
      const index = batch.sourceIndex[row]!;
      if (index >= times.length) {
        const more = new Float64Array(2 * times.length).fill(Number.NaN);
        more.set(times);
        times = more;
      }
      times[index] = batch.tsEventNs[row]!;
    }
  }
  return times.subarray(0, decoder.rowsSeen);
}
