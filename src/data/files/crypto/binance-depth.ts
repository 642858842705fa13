/**
 * Tables of Binance's historical depth: symbol,timestamp,first_update_id,last_update_id,side,update_type,price,qty,pu; rows of
 * `snap` are a book, rows of `set` with the same last_update_id one change of it.
 */

import type { RecordSink } from '../../ingest/adapter.ts';
import type { FileFormat, FileNormaliser } from '../../ingest/file-format.ts';
import { BinanceMessages } from '../../venues/binance/messages.ts';
import { sideOf } from '../../venues/feed-writer.ts';
import { firstLine } from '../lines.ts';
import { type Cells, CsvRows } from './csv-rows.ts';

const HEADER = 'symbol,timestamp,first_update_id,last_update_id,side,update_type,price,qty,pu';

export const BINANCE_DEPTH_FORMAT: FileFormat = {
  name: 'binance-depth',
  version: 1,
  about: 'Tables of historical depth of Binance futures: a snapshot, or changes.',
  schemas: ['mbp'],
  options: {},
  recognise: (head, isWhole) => firstLine(head, isWhole) === HEADER,
  open: (_context, sink) => new DepthReader(sink),
};

interface Group {
  readonly key: string;
  readonly cells: Cells;
  readonly bids: [string, string][];
  readonly asks: [string, string][];
}

class DepthReader implements FileNormaliser {
  readonly venue = 'binance-usdm';
  readonly #messages: BinanceMessages;
  readonly #rows: CsvRows;
  #group: Group | null = null;

  constructor(sink: RecordSink) {
    this.#messages = new BinanceMessages(sink);
    this.#rows = new CsvRows(
      this.#messages.writer,
      () => {},
      (cells) => this.#row(cells),
    );
  }

  write(bytes: Uint8Array): void {
    this.#rows.write(bytes);
  }

  endPage(): void {
    this.#rows.end();
    this.#finishGroup();
  }

  end(): void {
    this.#messages.end();
  }

  #row(cells: Cells): void {
    const [symbol, , , lastId, word, type, price, qty] = cells;
    if (sideOf(word) === null) {
      this.#messages.writer.reject('unknown-side', `side=${word}`);
      return;
    }
    const key = `${symbol} ${lastId} ${type}`;
    if (this.#group?.key !== key) {
      this.#finishGroup();
      this.#group = { key, cells, bids: [], asks: [] };
    }
    (word === 'b' ? this.#group!.bids : this.#group!.asks).push([price!, qty!]);
  }

  #finishGroup(): void {
    if (this.#group === null) return;
    const { cells, bids, asks } = this.#group;
    const [s, timestamp, U, u, , type, , , pu] = cells;
    this.#group = null;
    const E = Number(timestamp);
    if (type === 'snap') this.#messages.depthSnapshot(s!, { lastUpdateId: Number(u), E, bids, asks }, null);
    else if (type === 'set')
      this.#messages.frame({ e: 'depthUpdate', E, s, U, u, pu, b: bids, a: asks }, null);
    else this.#messages.writer.reject('unknown-word', `update_type=${type}`);
  }
}
