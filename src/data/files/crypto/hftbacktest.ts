/**
 * Recordings of Binance streams as hftbacktest's collector writes them: the time of receipt in ns, a blank, the frame. Depth
 * snapshots that were fetched stand between the frames. They name no symbol: it is the one of the depth before them.
 */

import { TwinError } from '../../../base/index.ts';
import type { RecordSink } from '../../ingest/adapter.ts';
import type { FileFormat, FileNormaliser } from '../../ingest/file-format.ts';
import { BinanceMessages } from '../../venues/binance/messages.ts';
import { instantOfUnits } from '../../venues/instant.ts';
import { parsed } from '../../venues/messages.ts';
import { firstLine, LineReader } from '../lines.ts';

const LINE = /^(\d{19}) (\{.*)$/s;
/** Fields that spot does not have: the number before in depth, the kind of a trade, the type of a quote, the time of a snapshot. */
const FUTURES_ONLY = /"pu":|"X":|"e":"bookTicker"|"lastUpdateId":\d+,"E"/;
const MARKETS = ['binance', 'binance-usdm'] as const;

export const HFTBACKTEST_FORMAT: FileFormat = {
  name: 'hftbacktest',
  version: 1,
  about: 'Binance streams recorded by hftbacktest: receive time in ns, then the frame.',
  schemas: ['mbp', 'trade', 'bbo', 'bar', 'statistics'],
  options: {
    venue: {
      about: `venue of the records: ${MARKETS.join(', ')}; without it what the first frame shows`,
      default: '',
    },
  },
  recognise(head, isWhole) {
    const line = firstLine(head, isWhole);
    return line !== null && LINE.test(line) && /"(?:stream|lastUpdateId)":/.test(line);
  },
  open({ options }, sink) {
    const venue = options.venue ?? '';
    if (venue !== '' && !MARKETS.includes(venue as (typeof MARKETS)[number])) {
      throw new TwinError('DATA_REQUEST', 'the venue of a recording of Binance is one of its markets', {
        option: 'venue',
        found: venue,
        allowed: MARKETS.join(', '),
      });
    }
    return new HftbacktestReader(sink, venue === '' ? null : venue);
  },
};

class HftbacktestReader implements FileNormaliser {
  readonly #messages: BinanceMessages;
  readonly #lines = new LineReader((line) => this.#line(line));
  #venue: string | null;

  constructor(sink: RecordSink, venue: string | null) {
    this.#messages = new BinanceMessages(sink);
    this.#venue = venue;
  }

  get venue(): string {
    return this.#venue ?? 'binance';
  }

  write(bytes: Uint8Array): void {
    this.#lines.write(bytes);
  }

  endPage(): void {
    this.#lines.end();
  }

  end(): void {
    this.#messages.end();
  }

  #line(line: string): void {
    if (line === '') return;
    const parts = LINE.exec(line);
    const frame = parts === null ? undefined : parsed(parts[2]!);
    if (frame === undefined) {
      this.#messages.writer.reject('not-json', line.slice(0, 200));
      return;
    }
    this.#venue ??= FUTURES_ONLY.test(line) ? 'binance-usdm' : 'binance';
    this.#messages.frame(frame, instantOfUnits(parts![1]!, 9));
  }
}
