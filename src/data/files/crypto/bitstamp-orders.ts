/**
 * Order events of Bitstamp as they were recorded in its first years, with the recorder's clock in ms; what the venue tells is the
 * second in which the order was made. Two forms:
 *
 *   id,timestamp,exchange.timestamp,price,volume,action,direction     table (obAnalytics); volume in 1e-8
 *   1430438404518 order_created {"price": "236.47", …}                log of the stream, with trades and books
 */

import type { RecordSink } from '../../ingest/adapter.ts';
import type { FileFormat, FileNormaliser } from '../../ingest/file-format.ts';
import { writeBitstampOrder } from '../../venues/bitstamp.ts';
import type { MboAction } from '../../venues/feed-writer.ts';
import {
  FeedWriter,
  FLAG_LAST,
  type MessageHead,
  orderIdOfNumber,
  quality,
  sideOf,
} from '../../venues/feed-writer.ts';
import { instantOfUnits } from '../../venues/instant.ts';
import { isMessage, numberOf, parsed, rowsOf } from '../../venues/messages.ts';
import { firstLine, LineReader } from '../lines.ts';
import { type Cells, CsvRows, neededOption } from './csv-rows.ts';

const HEADER = 'id,timestamp,exchange.timestamp,price,volume,action,direction';
const LOG_LINE = /^(\d{13}) (order_created|order_changed|order_deleted|trade|order_book) (\{.*)$/s;
const VOLUME_UNIT = 1e8;
const TABLE_ACTIONS: Readonly<Record<string, MboAction>> = {
  created: 'add',
  changed: 'modify',
  deleted: 'delete',
};
/** All times are those of the recorder. */
const BITS = quality('estimatedTime');

const SYMBOL_OPTION = { symbol: { about: 'pair, such as btcusd; needed', default: '' } } as const;

export const BITSTAMP_TABLE_FORMAT: FileFormat = {
  name: 'bitstamp-orders',
  version: 1,
  about: 'Table of order events of Bitstamp (obAnalytics).',
  schemas: ['mbo'],
  options: SYMBOL_OPTION,
  recognise: (head, isWhole) => firstLine(head, isWhole) === HEADER,
  open({ fileName, options }, sink) {
    return new TableReader(sink, neededOption(options, 'symbol', fileName, 'btcusd'));
  },
};

export const BITSTAMP_LOG_FORMAT: FileFormat = {
  name: 'bitstamp-stream',
  version: 1,
  about: 'Log of the streams of Bitstamp: orders, trades, books.',
  schemas: ['mbo', 'trade', 'mbp'],
  options: SYMBOL_OPTION,
  recognise(head, isWhole) {
    const line = firstLine(head, isWhole);
    return line !== null && LOG_LINE.test(line);
  },
  open({ fileName, options }, sink) {
    return new LogReader(sink, neededOption(options, 'symbol', fileName, 'btcusd'));
  },
};

class TableReader implements FileNormaliser {
  readonly venue = 'bitstamp';
  readonly #writer: FeedWriter;
  readonly #rows: CsvRows;
  readonly #symbol: string;

  constructor(sink: RecordSink, symbol: string) {
    this.#writer = new FeedWriter(sink);
    this.#symbol = symbol;
    this.#rows = new CsvRows(
      this.#writer,
      () => {},
      (cells) => this.#row(cells),
    );
  }

  write(bytes: Uint8Array): void {
    this.#rows.write(bytes);
  }

  endPage(): void {
    this.#rows.end();
  }

  end(): void {}

  #row([id = '', timestamp = '', , price = '', volume = '', word = '', direction = '']: Cells): void {
    const at = instantOfUnits(timestamp, 3);
    const action = TABLE_ACTIONS[word];
    const side = sideOf(direction);
    const qty = numberOf(volume);
    if (at === null || action === undefined || side === null || qty === null) {
      const reason = side === null ? 'unknown-side' : action === undefined ? 'unknown-word' : 'not-a-number';
      this.#writer.reject(reason, [id, timestamp, price, volume, word, direction].join(','));
      return;
    }
    const head: MessageHead = {
      symbol: this.#symbol,
      tsEvent: at,
      tsRecv: at,
      sequence: null,
      quality: BITS,
    };
    const orderId = orderIdOfNumber(id);
    this.#writer.order(head, { action, side, orderId, price, qty: qty / VOLUME_UNIT, flags: FLAG_LAST });
  }
}

class LogReader implements FileNormaliser {
  readonly venue = 'bitstamp';
  readonly #writer: FeedWriter;
  readonly #symbol: string;
  readonly #lines = new LineReader((line) => this.#line(line));

  constructor(sink: RecordSink, symbol: string) {
    this.#writer = new FeedWriter(sink);
    this.#symbol = symbol;
  }

  write(bytes: Uint8Array): void {
    this.#lines.write(bytes);
  }

  endPage(): void {
    this.#lines.end();
  }

  end(): void {}

  #line(line: string): void {
    if (line === '') return;
    const parts = LOG_LINE.exec(line);
    const data = parts === null ? undefined : parsed(parts[3]!);
    const at = parts === null ? null : instantOfUnits(parts[1]!, 3);
    if (!isMessage(data) || at === null) {
      this.#writer.reject('not-json', line.slice(0, 200));
      return;
    }
    const event = parts![2]!;
    const head: MessageHead = {
      symbol: this.#symbol,
      tsEvent: at,
      tsRecv: at,
      sequence: null,
      quality: BITS,
    };
    if (event === 'trade') {
      const { price, amount: qty, id } = data;
      this.#writer.trade(head, {
        price,
        qty,
        aggressor: null,
        tradeId: id === undefined ? null : String(id),
      });
    } else if (event === 'order_book') {
      const [bids, asks] = [rowsOf(data.bids), rowsOf(data.asks)];
      if (bids === null || asks === null) this.#writer.reject('missing-value', 'order_book: bids and asks');
      else this.#writer.snapshot(head, bids, asks);
    } else writeBitstampOrder(this.#writer, head, event, data);
  }
}
