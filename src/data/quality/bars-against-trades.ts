/**
 * Bars against the trades of their intervals, a batch of bars at a time: `barMismatch` where a trade lies outside low and high, where
 * more was traded than the bar says, or, for a bar that lies wholly within the trades, where low or high was not reached or less was
 * traded. Only bars of trades as the venue printed them, shorter than a day: a daily bar has its own hours.
 */

import type { RecordSource } from '../lake/record-source.ts';
import { qualityMask } from '../registry.ts';
import type { Int64Column } from '../schema/int64-column.ts';
import type { RecordBatch } from '../schema/record-batch.ts';
import type { SymbolColumn } from '../schema/symbol-column.ts';
import { addTrade, type TradeInterval, tradeInterval } from './trade-intervals.ts';

const MISMATCH = qualityMask('barMismatch');
const DAY_S = 86_400;
const BASIS_TRADE = 0;
const RAW = 0;

/** Trades of one bar. */
interface Traded extends TradeInterval {
  readonly row: number;
}

interface Span {
  firstNs: bigint;
  lastNs: bigint;
}

/** Marks the bars of a batch that do not fit to the trades of a source; bars come in the order of time. */
export class BarsAgainstTrades {
  readonly #tolerance: number;
  readonly #spans = new Map<string, Span>();

  /** `tolerance`: fraction by which volumes may differ. */
  constructor(tolerance: number) {
    this.#tolerance = tolerance;
  }

  async check(bars: RecordBatch, trades: RecordSource): Promise<void> {
    const bySymbol = intervalsOf(bars);
    if (bySymbol.size === 0) return;
    const all = [...bySymbol.values()].flat(2);
    const longest = all.reduce((most, { startNs, endNs }) => maxOf(most, endNs - startNs), 0n);
    const fromNs = all.reduce((first, { startNs }) => minOf(first, startNs), all[0]!.startNs) - longest;
    const toNs = all.reduce((last, { endNs }) => maxOf(last, endNs), all[0]!.endNs) + longest;
    const query = { schema: 'trade' as const, symbols: [...bySymbol.keys()], fromNs, toNs };
    for await (const batch of trades.read(query)) {
      const { symbol } = batch.columns;
      const byCode = symbol.names.map((name) => bySymbol.get(name) ?? []);
      for (let row = 0; row < batch.count; row++) {
        const ns = batch.columns.tsEvent.values[row]!;
        this.#widen(symbol.name(row), ns);
        addTrade(byCode[symbol.codes[row]!]!, batch as unknown as RecordBatch, row);
      }
    }
    const quality = bars.column('quality') as Int32Array;
    for (const [symbol, intervals] of bySymbol) {
      const span = this.#spans.get(symbol);
      for (const traded of intervals.flat())
        if (span !== undefined && this.#isWrong(bars, traded, span)) quality[traded.row]! |= MISMATCH;
    }
  }

  #widen(symbol: string, ns: bigint): void {
    const span = this.#spans.get(symbol);
    if (span === undefined) this.#spans.set(symbol, { firstNs: ns, lastNs: ns });
    else if (ns > span.lastNs) span.lastNs = ns;
    else if (ns < span.firstNs) span.firstNs = ns;
  }

  #isWrong(bars: RecordBatch, traded: Traded, span: Span): boolean {
    if (traded.trades === 0) return false;
    const low = (bars.column('low') as Int64Column).number(traded.row);
    const high = (bars.column('high') as Int64Column).number(traded.row);
    const volume = (bars.column('volume') as Float64Array)[traded.row]!;
    const slack = this.#tolerance * Math.max(volume, traded.qty);
    if (traded.low < low || traded.high > high) return true;
    if (volume >= 0 && traded.qty > volume + slack) return true;
    const isWithin = span.firstNs < traded.startNs && span.lastNs >= traded.endNs;
    if (!isWithin) return false;
    return traded.low > low || traded.high < high || (volume >= 0 && volume > traded.qty + slack);
  }
}

/** Bars that can be compared, by symbol and length, in the order of their starts. */
function intervalsOf(bars: RecordBatch): Map<string, Traded[][]> {
  const symbols = bars.column('symbol') as SymbolColumn;
  const starts = (bars.column('tsEvent') as Int64Column).values;
  const lengths = bars.column('intervalS') as Int32Array;
  const basis = bars.column('basis') as Uint8Array;
  const adjusted = bars.column('adjusted') as Uint8Array;
  const series = new Map<string, Traded[]>();
  const bySymbol = new Map<string, Traded[][]>();
  for (let row = 0; row < bars.count; row++) {
    if (basis[row] !== BASIS_TRADE || adjusted[row] !== RAW || lengths[row]! >= DAY_S) continue;
    const symbol = symbols.name(row);
    const name = `${lengths[row]!}/${symbol}`;
    let one = series.get(name);
    if (one === undefined) {
      one = [];
      series.set(name, one);
      bySymbol.set(symbol, [...(bySymbol.get(symbol) ?? []), one]);
    }
    one.push({ row, ...tradeInterval(starts[row]!, lengths[row]!) });
  }
  return bySymbol;
}

function minOf(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function maxOf(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
