/** Options of LEAN: bars and open interest of every contract in one table, and chains at the end of the day with greeks. */

import { TwinError } from '../../../base/index.ts';
import type { RecordSink } from '../../ingest/adapter.ts';
import type { NewRecord } from '../../registry.ts';
import { dayOfText } from '../../schema/day.ts';
import { ZoneClock } from '../../schema/zoned-time.ts';
import { occSymbol } from '../../symbols/occ.ts';
import { intervalOf, type Table } from '../tables/table-normaliser.ts';
import { TimeReader } from '../tables/time-cell.ts';
import { dashed } from './contracts.ts';

const CONTRACT_HEADER = 'right,strike,expiry,ms,';
const CHAIN_HEADER = '#expiry,strike,right,open,high,low,close,volume,open_interest,implied_volatility,';
/** Units of prices of bars in a dollar. */
const E4_UNITS = 10_000;
const NUMBER = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/;

export function isOptionHeader(row: string): boolean {
  return row.startsWith(CONTRACT_HEADER) || row.startsWith(CHAIN_HEADER);
}

export interface OptionTableOptions {
  readonly fileName: string;
  /** Symbol of the underlying. */
  readonly symbol: string;
  readonly date: string;
  readonly zone: ZoneClock;
  readonly intervalS: number | null;
}

interface Contract {
  readonly symbol: string;
  readonly expiry: string;
  readonly right: 'call' | 'put';
  readonly strike: string;
}

interface Head {
  readonly symbol: string;
  readonly tsEvent: bigint;
  readonly sourceIndex: number;
}

/** Greeks and what goes with them, by the names of the header. */
const CHAIN_STATISTICS: Readonly<Record<string, NewRecord<'statistics'>['kind']>> = {
  open_interest: 'openInterest',
  implied_volatility: 'impliedVolatility',
  delta: 'delta',
  gamma: 'gamma',
  vega: 'vega',
  theta: 'theta',
  rho: 'rho',
};

export class OptionTable implements Table {
  readonly #sink: RecordSink;
  readonly #options: OptionTableOptions;
  readonly #defined = new Set<string>();
  #columns: readonly string[] = [];
  #isChain = false;
  #intervalS = 86_400;
  #times = new TimeReader('auto', new ZoneClock('UTC'));

  constructor(sink: RecordSink, options: OptionTableOptions) {
    this.#sink = sink;
    this.#options = options;
  }

  start(rows: readonly string[]): void {
    const header = rows[0] ?? '';
    const { fileName, date, zone, intervalS } = this.#options;
    this.#isChain = header.startsWith(CHAIN_HEADER);
    this.#columns = header.replace(/^#/, '').split(',');
    const isDated = !this.#isChain && /^\d{8} /.test(rows[1]?.split(',')[3] ?? '');
    if (!isDated && date === '') {
      throw new TwinError('DATA_REQUEST', 'the day of a file of options is in its name or an option', {
        file: fileName,
        option: 'date',
      });
    }
    this.#times = isDated
      ? new TimeReader('yyyymmdd', zone)
      : new TimeReader('msOfDay', zone, zone.midnightNs(date)!);
    const isBars = !this.#isChain && !this.#columns.includes('open_interest');
    if (isBars) this.#intervalS = intervalS ?? this.#interval(rows.slice(1));
  }

  row(row: string, index: number): void {
    if (isOptionHeader(row)) return;
    const cells = row.split(',');
    if (cells.length !== this.#columns.length) this.#reject('column-count', index, row);
    else if (this.#isChain) this.#chainRow(cells, index, row);
    else this.#contractRow(cells, index, row);
  }

  #contractRow(cells: readonly string[], index: number, row: string): void {
    const [right, strike, expiry, time] = cells as unknown as [string, string, string, string];
    const tsEvent = this.#times.read(time);
    const contract = this.#contract(right, strike, expiry);
    if (tsEvent === null || contract === null) {
      this.#reject('field-value', index, row);
      return;
    }
    const head = { symbol: contract.symbol, tsEvent, sourceIndex: index };
    this.#define(contract, head);
    const value = (name: string) => cells[this.#columns.indexOf(name)] ?? '';
    if (this.#columns.includes('open_interest')) {
      if (!NUMBER.test(value('open_interest'))) this.#reject('not-a-number', index, row);
      else
        this.#sink.push('statistics', {
          ...head,
          kind: 'openInterest',
          value: Number(value('open_interest')),
        });
      return;
    }
    const prices = (side: string) => ['open', 'high', 'low', 'close'].map((name) => value(`${side}${name}`));
    const bars: readonly (readonly ['trade' | 'bid' | 'ask', string[]])[] = this.#columns.includes('volume')
      ? [['trade', prices('')]]
      : [
          ['bid', prices('bid_')],
          ['ask', prices('ask_')],
        ];
    if (bars.every(([, cellsOfBar]) => cellsOfBar.every((cell) => cell === '')))
      this.#sink.remark('bar-without-quotes');
    const given = bars.filter(([, cellsOfBar]) => cellsOfBar.some((cell) => cell !== ''));
    if (given.some(([, cellsOfBar]) => cellsOfBar.some((cell) => !NUMBER.test(cell)))) {
      this.#reject('not-a-number', index, row);
      return;
    }
    for (const [basis, cellsOfBar] of given)
      this.#bar(
        head,
        basis,
        cellsOfBar.map((cell) => Number(cell) / E4_UNITS),
        basis === 'trade' ? value('volume') : '',
      );
  }

  /** The first row of a chain is the underlying: it has no contract. */
  #chainRow(cells: readonly string[], index: number, row: string): void {
    const tsEvent = this.#times.read('0')!;
    const [expiry, strike, right] = cells as unknown as [string, string, string];
    const isUnderlying = expiry === '' && strike === '' && right === '';
    const contract = isUnderlying ? null : this.#contract(right, strike, expiry);
    if (!isUnderlying && contract === null) {
      this.#reject('field-value', index, row);
      return;
    }
    const head = { symbol: contract?.symbol ?? this.#options.symbol, tsEvent, sourceIndex: index };
    if (contract !== null) this.#define(contract, head);
    const prices = cells.slice(3, 7);
    if (prices.every((cell) => NUMBER.test(cell))) this.#bar(head, 'trade', prices.map(Number), cells[7]!);
    else this.#sink.remark('contract-without-prices');
    for (const [name, kind] of Object.entries(CHAIN_STATISTICS)) {
      const cell = cells[this.#columns.indexOf(name)] ?? '';
      if (cell === '') continue;
      if (NUMBER.test(cell))
        this.#sink.push('statistics', { ...head, kind, value: Number(cell), detail: name });
      else this.#reject('not-a-number', index, `${name}=${cell}`);
    }
  }

  #bar(head: Head, basis: 'trade' | 'bid' | 'ask', prices: readonly number[], volume: string): void {
    const [open, high, low, close] = prices as unknown as [number, number, number, number];
    this.#sink.push('bar', {
      ...head,
      intervalS: this.#intervalS,
      basis,
      open,
      high,
      low,
      close,
      volume: NUMBER.test(volume) ? Number(volume) : null,
      adjusted: 'raw',
    });
  }

  #contract(letter: string, strike: string, expiry: string): Contract | null {
    const right = letter === 'C' ? 'call' : letter === 'P' ? 'put' : null;
    const day = dashed(expiry);
    if (right === null || !NUMBER.test(strike) || !/^\d{8}$/.test(expiry) || dayOfText(day) === null)
      return null;
    const symbol = occSymbol({ root: this.#options.symbol, expiry: day, right, strike: Number(strike) });
    return symbol === null ? null : { symbol, expiry: day, right, strike };
  }

  #define({ symbol, expiry, right, strike }: Contract, head: Head): void {
    if (this.#defined.has(symbol)) return;
    this.#defined.add(symbol);
    this.#sink.push('definition', {
      ...head,
      assetClass: 'option',
      currency: 'USD',
      underlying: this.#options.symbol,
      strike,
      right,
      expiry,
    });
  }

  #interval(rows: readonly string[]): number {
    const distances = [0];
    for (let at = 1; at < rows.length; at++) {
      const [now, before] = [rows[at]!.split(','), rows[at - 1]!.split(',')];
      if (now.slice(0, 3).join() !== before.slice(0, 3).join()) continue;
      const [to, from] = [this.#times.read(now[3]!), this.#times.read(before[3]!)];
      if (to !== null && from !== null)
        distances.push(distances.at(-1)! + Number((to - from) / 1_000_000_000n));
    }
    const isDaily = /^\d{8} /.test(rows[0]?.split(',')[3] ?? '');
    return isDaily ? 86_400 : (intervalOf(distances) ?? 60);
  }

  #reject(reason: Parameters<RecordSink['reject']>[0], index: number, row: string): void {
    this.#sink.reject(reason, index, row.slice(0, 160));
  }
}
