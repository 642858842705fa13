/**
 * Tables of the level2 channel of Coinbase (GDAX): `side,price,size,time` has updates, `side,price,size` one side of the book
 * they start from, at a time that is told by an option.
 */

import { TwinError } from '../../../base/index.ts';
import type { RecordSink } from '../../ingest/adapter.ts';
import type { FileFormat, FileNormaliser } from '../../ingest/file-format.ts';
import {
  FeedWriter,
  FLAG_LAST,
  FLAG_SNAPSHOT,
  type MessageHead,
  quality,
  type SideCode,
  sideOf,
} from '../../venues/feed-writer.ts';
import { type Instant, instantOfIso } from '../../venues/instant.ts';
import { qtyOf, stepsOf } from '../../venues/price-steps.ts';
import { firstLine } from '../lines.ts';
import { type Cells, CsvRows, neededOption } from './csv-rows.ts';

const UPDATES = 'side,price,size,time';
const SNAPSHOT = 'side,price,size';
const SNAPSHOT_BITS = quality('snapshot', 'estimatedTime');

export const GDAX_L2_FORMAT: FileFormat = {
  name: 'gdax-l2',
  version: 1,
  about: 'Tables of the level2 channel of Coinbase: updates, or one side of a snapshot.',
  schemas: ['mbp'],
  options: {
    symbol: { about: 'product, such as BTC-USD; needed', default: '' },
    time: { about: 'time of a snapshot, ISO 8601, UTC; needed for snapshots', default: '' },
  },
  recognise(head, isWhole) {
    const line = firstLine(head, isWhole);
    return line === UPDATES || line === SNAPSHOT;
  },
  open({ fileName, options }, sink) {
    const symbol = neededOption(options, 'symbol', fileName, 'BTC-USD');
    const time = options.time ?? '';
    const at = time === '' ? null : instantOfIso(time);
    if (time !== '' && at === null) {
      throw new TwinError('DATA_REQUEST', 'a time is written as ISO 8601 in UTC', {
        option: 'time',
        found: time,
        example: '2018-04-24T03:52:17.000Z',
      });
    }
    return new GdaxReader(sink, symbol, at, fileName);
  },
};

class GdaxReader implements FileNormaliser {
  readonly venue = 'coinbase';
  readonly #writer: FeedWriter;
  readonly #rows: CsvRows;
  readonly #symbol: string;
  readonly #at: Instant | null;
  #isSnapshot = false;
  /** The row before, until it is known whether it is the last of its snapshot. */
  #held: { readonly side: SideCode; readonly price: string; readonly qty: string } | null = null;

  constructor(sink: RecordSink, symbol: string, at: Instant | null, fileName: string) {
    this.#writer = new FeedWriter(sink);
    this.#symbol = symbol;
    this.#at = at;
    const onHeader = (columns: Cells): void => {
      this.#isSnapshot = columns.length === 3;
      if (this.#isSnapshot && at === null) neededOption({}, 'time', fileName, '2018-04-24T03:52:17.000Z');
    };
    this.#rows = new CsvRows(this.#writer, onHeader, (cells) => this.#row(cells));
  }

  write(bytes: Uint8Array): void {
    this.#rows.write(bytes);
  }

  endPage(): void {
    this.#rows.end();
    this.#release(FLAG_SNAPSHOT | FLAG_LAST);
  }

  end(): void {}

  #row([word = '', price = '', qty = '', time = '']: Cells): void {
    const side = sideOf(word);
    if (side === null) this.#writer.reject('unknown-side', `side=${word}`);
    else if (this.#isSnapshot) this.#level(side, price, qty);
    else {
      const tsEvent = instantOfIso(time);
      if (tsEvent === null) this.#writer.reject('field-value', `time=${time}`);
      else {
        const head: MessageHead = { symbol: this.#symbol, tsEvent, tsRecv: null, sequence: null, quality: 0 };
        this.#writer.level(head, side, price, qty, FLAG_LAST);
      }
    }
  }

  #level(side: SideCode, price: string, qty: string): void {
    if (Number.isNaN(stepsOf(price)) || !(qtyOf(qty) >= 0)) {
      // Sets it aside; the one before may still be the last.
      this.#writer.level(this.#head(), side, price, qty, 0);
      return;
    }
    if (this.#held === null) this.#writer.clearLevels(this.#head(), FLAG_SNAPSHOT, side);
    this.#release(FLAG_SNAPSHOT);
    this.#held = { side, price, qty };
  }

  #release(flags: number): void {
    if (this.#held === null) return;
    const { side, price, qty } = this.#held;
    this.#writer.level(this.#head(), side, price, qty, flags);
    this.#held = null;
  }

  #head(): MessageHead {
    return { symbol: this.#symbol, tsEvent: this.#at!, tsRecv: null, sequence: null, quality: SNAPSHOT_BITS };
  }
}
