/**
 * Tables of Tardis, one form for all exchanges: trades, liquidations, incremental_book_L2, book_snapshot_<n>, quotes,
 * derivative_ticker, options_chain. Their columns tell which one it is, but for liquidations, which only the file name tells
 * from trades. Times are µs (16 digits) or ns (19) since 1970.
 */

import type { RecordSink } from '../../ingest/adapter.ts';
import type { FileFormat, FileNormaliser } from '../../ingest/file-format.ts';
import {
  FeedWriter,
  FLAG_LAST,
  FLAG_SNAPSHOT,
  type Level,
  type MessageHead,
  quality,
  type SideCode,
  sideOf,
} from '../../venues/feed-writer.ts';
import { instantOfDigits } from '../../venues/instant.ts';
import { numberOf } from '../../venues/messages.ts';
import { writeDerivative, writeOption } from '../../venues/tardis.ts';
import { firstLine } from '../lines.ts';
import { type Cells, CsvRows } from './csv-rows.ts';

const HEADER = /^exchange,symbol,timestamp,local_timestamp,/;
const SNAPSHOT_BITS = quality('snapshot');

export const TARDIS_CSV_FORMAT: FileFormat = {
  name: 'tardis',
  version: 1,
  about: 'Tables of Tardis: trades, books, quotes, tickers of derivatives, option chains.',
  schemas: ['trade', 'mbp', 'bbo', 'statistics', 'definition'],
  options: {},
  recognise(head, isWhole) {
    const line = firstLine(head, isWhole);
    return line !== null && HEADER.test(line);
  },
  open: ({ fileName }, sink) => new TardisReader(sink, fileName),
};

interface HeldLevel {
  readonly head: MessageHead;
  readonly group: string;
  readonly side: SideCode;
  readonly price: string;
  readonly qty: string;
  readonly isSnapshot: boolean;
}

class TardisReader implements FileNormaliser {
  readonly #writer: FeedWriter;
  readonly #rows: CsvRows;
  readonly #isLiquidations: boolean;
  #columns = new Map<string, number>();
  #cells: Cells = [];
  #exchange: string | null = null;
  #write: (head: MessageHead) => void = () => {};
  /** The level before, until it is known whether its message goes on. */
  #held: HeldLevel | null = null;
  /** Symbols whose last level was one of a snapshot. */
  readonly #inSnapshot = new Set<string>();
  readonly #defined = new Set<string>();

  constructor(sink: RecordSink, fileName: string) {
    this.#writer = new FeedWriter(sink);
    this.#isLiquidations = fileName.includes('liquidations');
    this.#rows = new CsvRows(
      this.#writer,
      (columns) => this.#header(columns),
      (cells) => this.#row(cells),
    );
  }

  get venue(): string {
    return this.#exchange ?? 'tardis';
  }

  write(bytes: Uint8Array): void {
    this.#rows.write(bytes);
  }

  endPage(): void {
    this.#rows.end();
    this.#release(true);
  }

  end(): void {}

  #header(columns: Cells): void {
    this.#columns = new Map(columns.map((name, index) => [name, index]));
    const has = (name: string): boolean => this.#columns.has(name);
    if (has('is_snapshot')) this.#write = (head) => this.#level(head);
    else if (has('strike_price')) this.#write = (head) => this.#option(head);
    else if (has('funding_rate')) this.#write = (head) => this.#derivative(head);
    else if (has('bid_price')) this.#write = (head) => this.#quote(head);
    else if (has('asks[0].price')) this.#write = (head) => this.#snapshot(head);
    else if (has('id') && has('side')) this.#write = (head) => this.#trade(head);
    else
      this.#write = () => this.#writer.reject('unknown-type', `columns ${columns.join(',').slice(0, 150)}`);
  }

  #row(cells: Cells): void {
    this.#cells = cells;
    const symbol = this.#cell('symbol');
    const tsEvent = instantOfDigits(this.#cell('timestamp'));
    if (symbol === '' || tsEvent === null) {
      this.#writer.reject('missing-value', `symbol=${symbol} timestamp=${this.#cell('timestamp')}`);
      return;
    }
    this.#exchange ??= this.#cell('exchange');
    const tsRecv = instantOfDigits(this.#cell('local_timestamp'));
    this.#write({ symbol, tsEvent, tsRecv, sequence: null, quality: 0 });
  }

  #cell(name: string): string {
    return this.#cells[this.#columns.get(name) ?? -1] ?? '';
  }

  #trade(head: MessageHead): void {
    const id = this.#cell('id');
    this.#writer.trade(head, {
      price: this.#cell('price'),
      qty: this.#cell('amount'),
      aggressor: sideOf(this.#cell('side')),
      tradeId: id === '' ? null : id,
      conditions: this.#isLiquidations ? 'liquidation' : null,
    });
  }

  #quote(head: MessageHead): void {
    this.#writer.quote(head, this.#side('bid_price', 'bid_amount'), this.#side('ask_price', 'ask_amount'));
  }

  #side(price: string, qty: string): Level | null {
    return this.#cell(price) === '' ? null : [this.#cell(price), this.#cell(qty)];
  }

  #snapshot(head: MessageHead): void {
    const levels = (side: string): Level[] => {
      const found: Level[] = [];
      for (let rank = 0; this.#columns.has(`${side}[${rank}].price`); rank++) {
        const level = this.#side(`${side}[${rank}].price`, `${side}[${rank}].amount`);
        if (level !== null) found.push(level);
      }
      return found;
    };
    this.#writer.snapshot(head, levels('bids'), levels('asks'));
  }

  /** A snapshot begins with the first of its levels after another change. */
  #level(head: MessageHead): void {
    const side = sideOf(this.#cell('side'));
    const isSnapshot = this.#cell('is_snapshot') === 'true';
    if (side === null) {
      this.#writer.reject('unknown-side', `side=${this.#cell('side')}`);
      return;
    }
    const group = `${head.symbol} ${this.#cell('timestamp')} ${this.#cell('local_timestamp')} ${isSnapshot}`;
    this.#release(this.#held !== null && this.#held.group !== group);
    if (isSnapshot && !this.#inSnapshot.has(head.symbol)) this.#writer.clearLevels(head, FLAG_SNAPSHOT);
    if (isSnapshot) this.#inSnapshot.add(head.symbol);
    else this.#inSnapshot.delete(head.symbol);
    const own = isSnapshot ? { ...head, quality: SNAPSHOT_BITS } : head;
    this.#held = {
      head: own,
      group,
      side,
      price: this.#cell('price'),
      qty: this.#cell('amount'),
      isSnapshot,
    };
  }

  #release(isLast: boolean): void {
    if (this.#held === null) return;
    const { head, side, price, qty, isSnapshot } = this.#held;
    this.#held = null;
    this.#writer.level(head, side, price, qty, (isSnapshot ? FLAG_SNAPSHOT : 0) | (isLast ? FLAG_LAST : 0));
  }

  #derivative(head: MessageHead): void {
    writeDerivative(this.#writer, head, {
      last: this.#cell('last_price'),
      mark: this.#cell('mark_price'),
      index: this.#cell('index_price'),
      interest: this.#cell('open_interest'),
      rate: this.#cell('funding_rate'),
      fundingAt: instantOfDigits(this.#cell('funding_timestamp')),
    });
  }

  #option(head: MessageHead): void {
    this.#define(head);
    this.#quote(head);
    writeOption(this.#writer, head, {
      last: this.#cell('last_price'),
      mark: this.#cell('mark_price'),
      underlying: this.#cell('underlying_price'),
      interest: this.#cell('open_interest'),
      volatility: this.#cell('mark_iv'),
      delta: this.#cell('delta'),
      gamma: this.#cell('gamma'),
      theta: this.#cell('theta'),
      vega: this.#cell('vega'),
      rho: this.#cell('rho'),
    });
  }

  /** Each option is defined once: its terms stand in every row. */
  #define(head: MessageHead): void {
    if (this.#defined.has(head.symbol)) return;
    this.#defined.add(head.symbol);
    const right = this.#cell('type');
    const expiry = instantOfDigits(this.#cell('expiration'));
    const strike = numberOf(this.#cell('strike_price'));
    this.#writer.record('definition', head, {
      assetClass: 'option',
      underlying: this.#cell('underlying_index') || null,
      strike,
      right: right === 'call' || right === 'put' ? right : null,
      tsExpiry: expiry === null ? null : BigInt(expiry.seconds) * 1_000_000_000n,
      expiry: expiry === null ? null : new Date(expiry.seconds * 1000).toISOString().slice(0, 10),
    });
  }
}
