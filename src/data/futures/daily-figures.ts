/** Volume and open interest of contracts by trading day. */

import type { RecordSource } from '../lake/record-source.ts';
import type { Contract, DailyFigures, RollRule } from './rolls.ts';
import type { TradingDays } from './trading-days.ts';

interface FigureSources {
  readonly source: RecordSource;
  /** Where open interest is looked for. */
  readonly facts: RecordSource;
  readonly days: TradingDays;
  readonly contracts: readonly Contract[];
}

/** What the rule goes by; empty for rules that need none. Volumes are those of bars of trades, or of trades where there are no such bars. */
export async function dailyFigures(rule: RollRule, sources: FigureSources): Promise<DailyFigures> {
  if (rule === 'volume') return volumes(sources);
  return rule === 'openInterest' ? openInterests(sources) : new Map();
}

class Figures {
  readonly byDay = new Map<string, Map<string, number>>();

  of(day: string): Map<string, number> {
    let figures = this.byDay.get(day);
    if (figures === undefined) {
      figures = new Map();
      this.byDay.set(day, figures);
    }
    return figures;
  }

  add(day: string, symbol: string, count: number): void {
    const figures = this.of(day);
    figures.set(symbol, (figures.get(symbol) ?? 0) + count);
  }
}

async function volumes({ source, days, contracts }: FigureSources): Promise<DailyFigures> {
  const figures = new Figures();
  const symbols = contracts.map(({ symbol }) => symbol);
  const has = await source.schemas();
  // Bars of several lengths tell of the same trades: the shortest ones count.
  let shortestS = Number.POSITIVE_INFINITY;
  const ofLength = new Map<number, Figures>();
  if (has.includes('bar')) {
    for await (const batch of source.read({ schema: 'bar', symbols })) {
      for (const { symbol, tsEvent, intervalS, basis, volume } of batch.rows()) {
        if (basis !== 'trade' || volume === null) continue;
        shortestS = Math.min(shortestS, intervalS);
        let known = ofLength.get(intervalS);
        if (known === undefined) {
          known = new Figures();
          ofLength.set(intervalS, known);
        }
        known.add(days.dayOf(tsEvent), symbol, volume);
      }
    }
  }
  const ofBars = ofLength.get(shortestS);
  if (ofBars !== undefined) return ofBars.byDay;
  if (!has.includes('trade')) return figures.byDay;
  for await (const batch of source.read({ schema: 'trade', symbols })) {
    const { symbol, tsEvent, qty } = batch.columns;
    for (let row = 0; row < batch.count; row++)
      figures.add(days.dayOf(tsEvent.values[row]!), symbol.name(row), qty[row]!);
  }
  return figures.byDay;
}

/** The last open interest that became known on a day. */
async function openInterests({ facts, source, days, contracts }: FigureSources): Promise<DailyFigures> {
  const figures = new Figures();
  const symbols = contracts.map(({ symbol }) => symbol);
  for await (const batch of facts.read({ schema: 'statistics', symbols })) {
    for (const { symbol, tsEvent, kind, value } of batch.rows())
      if (kind === 'openInterest' && value !== null) figures.of(days.dayOf(tsEvent)).set(symbol, value);
  }
  if (figures.byDay.size > 0) return figures.byDay;
  for await (const batch of source.read({ schema: 'bar', symbols })) {
    for (const { symbol, tsEvent, openInterest } of batch.rows())
      if (openInterest !== null) figures.of(days.dayOf(tsEvent)).set(symbol, openInterest);
  }
  return figures.byDay;
}
