/** Price files of LEAN as canonical records. */

import { TwinError } from '../../../base/index.ts';
import type { RecordSink } from '../../ingest/adapter.ts';
import { NEW_YORK, ZoneClock } from '../../schema/zoned-time.ts';
import { futureSymbol } from '../../symbols/futures-code.ts';
import { HEAD_ROWS, intervalOf, type Table } from '../tables/table-normaliser.ts';
import { TimeReader } from '../tables/time-cell.ts';
import { hasLeanShape, type LeanShape, leanShape } from './shapes.ts';

const E4 = 1e-4;
const E4_UNITS = 10_000;
const TRADING_DAY_S = 86_400;

export interface PriceTableOptions {
  readonly fileName: string;
  readonly symbol: string;
  /** Day of the file; '' where the rows tell it. */
  readonly date: string;
  /** '' takes New York for prices in 1e-4 (stocks), else UTC. */
  readonly zone: string;
  /** Value of one unit of the prices; null finds out. */
  readonly scale: 1 | typeof E4 | null;
  /** Length of bars, s; null finds out. */
  readonly intervalS: number | null;
}

type Row = readonly string[];

export class PriceTable implements Table {
  readonly #sink: RecordSink;
  readonly #options: PriceTableOptions;
  readonly #defined = new Set<string>();
  #shape: LeanShape = 'bar';
  #scale = 1;
  #intervalS = TRADING_DAY_S;
  #times = new TimeReader('auto', new ZoneClock('UTC'));

  constructor(sink: RecordSink, options: PriceTableOptions) {
    this.#sink = sink;
    this.#options = options;
  }

  start(rows: readonly string[]): void {
    if (rows.length === 0) return;
    const { fileName, date, scale, intervalS } = this.#options;
    const shape = leanShape(rows.slice(0, HEAD_ROWS));
    if (shape === null)
      throw new TwinError('DATA_FORMAT', 'rows of a LEAN file are of one kind', {
        file: fileName,
        row: rows[0]!.slice(0, 80),
      });
    this.#shape = shape;
    this.#scale = scale ?? (shape.startsWith('future') || rows[0]!.includes('.') ? 1 : E4);
    const zone = new ZoneClock(this.#options.zone || (this.#scale === E4 ? NEW_YORK : 'UTC'));
    const timeAt = shape.startsWith('future') ? 1 : 0;
    const isDated = rows[0]!.split(',')[timeAt]!.length > 8;
    if (!isDated && date === '')
      throw new TwinError(
        'DATA_REQUEST',
        'the day of a file of ticks or minutes is in its name or an option',
        {
          file: fileName,
          option: 'date',
        },
      );
    this.#times = isDated
      ? new TimeReader('yyyymmdd', zone)
      : new TimeReader('msOfDay', zone, zone.midnightNs(date)!);
    if (shape.toLowerCase().endsWith('bar')) this.#intervalS = intervalS ?? this.#interval(rows, timeAt);
  }

  row(row: string, index: number): void {
    const cells = row.split(',');
    const timeAt = this.#shape.startsWith('future') ? 1 : 0;
    const tsEvent = hasLeanShape(this.#shape, row) ? this.#times.read(cells[timeAt]!) : null;
    if (tsEvent === null) {
      this.#sink.reject('column-count', index, row.slice(0, 160));
      return;
    }
    const symbol = timeAt === 0 ? this.#options.symbol : this.#contract(cells[0]!, tsEvent, index);
    const head = { symbol, tsEvent, sourceIndex: index };
    this.#push(head, timeAt === 0 ? cells : cells.slice(1));
  }

  #push(head: { symbol: string; tsEvent: bigint; sourceIndex: number }, cells: Row): void {
    switch (this.#shape) {
      case 'bar':
      case 'futureBar':
        this.#bar(head, 'trade', cells.slice(1, 5), Number(cells[5]));
        return;
      case 'quoteBar':
      case 'futureQuoteBar':
        this.#quoteBar(head, cells);
        return;
      case 'tradeTick':
      case 'futureTick':
        this.#sink.push('trade', {
          ...head,
          price: this.#price(cells[1]!),
          qty: Number(cells[2]),
          kind: 'regular',
          exchange: cells[3] || null,
          conditions:
            [cells[4]!, cells[5] === '1' ? 'suspicious' : ''].filter((code) => code !== '').join(',') || null,
        });
        return;
      case 'quoteTick':
        this.#quoteTick(head, cells);
        return;
      case 'pairTick':
        this.#sink.push('bbo', {
          ...head,
          bidPrice: this.#price(cells[1]!),
          askPrice: this.#price(cells[2]!),
        });
        return;
      case 'futureInterest':
        this.#sink.push('statistics', { ...head, kind: 'openInterest', value: Number(cells[1]) });
    }
  }

  #bar(
    head: { symbol: string; tsEvent: bigint; sourceIndex: number },
    basis: 'trade' | 'bid' | 'ask',
    prices: Row,
    volume: number | null,
  ): void {
    this.#sink.push('bar', {
      ...head,
      intervalS: this.#intervalS,
      basis,
      open: this.#price(prices[0]!),
      high: this.#price(prices[1]!),
      low: this.#price(prices[2]!),
      close: this.#price(prices[3]!),
      volume,
      adjusted: 'raw',
    });
  }

  /** A side without quotes has empty cells. */
  #quoteBar(head: { symbol: string; tsEvent: bigint; sourceIndex: number }, cells: Row): void {
    const bid = cells.slice(1, 5);
    const ask = cells.slice(6, 10);
    const hasBid = bid.every((cell) => cell !== '');
    const hasAsk = ask.every((cell) => cell !== '');
    if (hasBid) this.#bar(head, 'bid', bid, null);
    if (hasAsk) this.#bar(head, 'ask', ask, null);
    if (!hasBid && !hasAsk) this.#sink.remark('bar-without-quotes');
  }

  /** A price of 0 says nothing of its side: the file has one row per side that changed. */
  #quoteTick(head: { symbol: string; tsEvent: bigint; sourceIndex: number }, cells: Row): void {
    const hasBid = Number(cells[1]) > 0;
    const hasAsk = Number(cells[3]) > 0;
    this.#sink.push('bbo', {
      ...head,
      bidPrice: hasBid ? this.#price(cells[1]!) : null,
      bidQty: hasBid ? Number(cells[2]) : null,
      bidExchange: hasBid ? cells[5]! : null,
      askPrice: hasAsk ? this.#price(cells[3]!) : null,
      askQty: hasAsk ? Number(cells[4]) : null,
      askExchange: hasAsk ? cells[5]! : null,
      conditions: [cells[6]!, cells[7] === '1' ? 'suspicious' : ''].filter((code) => code !== '').join(','),
    });
  }

  /** The nearest double: a price of up to 15 digits is the same decimal again. */
  #price(cell: string): number {
    return this.#scale === 1 ? Number(cell) : Number(cell) / E4_UNITS;
  }

  /** Name of a contract by its month; the first row that names it defines it. */
  #contract(month: string, tsEvent: bigint, index: number): string {
    const symbol = futureSymbol(this.#options.symbol, month)!;
    if (!this.#defined.has(symbol)) {
      this.#defined.add(symbol);
      this.#sink.push('definition', {
        symbol,
        tsEvent,
        sourceIndex: index,
        assetClass: 'future',
        productCode: this.#options.symbol,
      });
    }
    return symbol;
  }

  #interval(rows: readonly string[], timeAt: number): number {
    let group = '';
    const distances: number[] = [];
    let before = 0;
    for (const row of rows) {
      const cells = row.split(',');
      const ns = this.#times.read(cells[timeAt]!);
      if (ns === null) continue;
      const seconds = Number(ns / 1_000_000_000n);
      if (timeAt === 0 || cells[0] === group) distances.push((distances.at(-1) ?? 0) + seconds - before);
      group = cells[0]!;
      before = seconds;
      if (distances.length === 0) distances.push(0);
    }
    const found = intervalOf(distances);
    if (found !== null) return found;
    throw new TwinError('DATA_REQUEST', 'the length of bars follows from their times or is an option', {
      file: this.#options.fileName,
      option: 'interval',
    });
  }
}
