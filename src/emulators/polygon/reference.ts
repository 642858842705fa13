/** Reference data as Polygon lists it: tickers and how they changed, splits, dividends; and the filters of its lists. */

import type { CanonicalRecord } from '../../data/index.ts';
import type { Stage } from '../contract.ts';
import { pastRecords } from '../records.ts';

type Action = CanonicalRecord<'corporate_action'>;
type Row = Readonly<Record<string, unknown>>;

export function tickerRows({ market }: Stage): (Row & { readonly ticker: string })[] {
  return [...market.instruments.values()].map(({ symbol, definition }) => ({
    ticker: symbol,
    name: definition?.name ?? symbol,
    active: definition?.isActive ?? true,
    currency_name: (definition?.currency ?? 'USD').toLowerCase(),
    primary_exchange: definition?.mic ?? undefined,
    composite_figi: definition?.figi ?? undefined,
    cik: definition?.cik ?? undefined,
  }));
}

/** The names that the company of a ticker had, newest first; undefined for a ticker that is not there. */
export async function tickerEvents(stage: Stage, ticker: string): Promise<Row | undefined> {
  const found = tickerRows(stage).find((row) => row.ticker === ticker);
  if (found === undefined) return undefined;
  const changes = (await actionsOf(stage)).filter(({ kind }) => kind === 'symbolChange');
  const events: Row[] = [];
  for (let name = ticker; ; ) {
    const change = changes.findLast(({ otherSymbol }) => otherSymbol === name);
    const told = { type: 'ticker_change', ticker_change: { ticker: name } };
    events.push({ ...told, date: change?.exDate ?? FIRST_DAY });
    if (change === undefined || events.length > changes.length) break;
    name = change.symbol;
  }
  return { name: found.name, composite_figi: found.composite_figi, cik: found.cik, events };
}

/** Where nothing tells since when a ticker is used: the first day of Polygon's data. */
const FIRST_DAY = '2003-09-10';

export async function splitRows(stage: Stage): Promise<Row[]> {
  return (await actionsOf(stage))
    .filter(({ kind }) => kind === 'split')
    .map(({ symbol, exDate, oldShares, newShares }) => ({
      ticker: symbol,
      execution_date: exDate,
      split_from: oldShares,
      split_to: newShares,
    }));
}

export async function dividendRows(stage: Stage): Promise<Row[]> {
  return (await actionsOf(stage))
    .filter(({ kind }) => kind === 'cashDividend' || kind === 'specialDividend')
    .map((one) => ({
      ticker: one.symbol,
      cash_amount: one.amount,
      currency: one.currency,
      ex_dividend_date: one.exDate,
      declaration_date: one.declaredDate,
      record_date: one.recordDate,
      pay_date: one.payDate,
      frequency: one.frequency,
      dividend_type: one.kind === 'specialDividend' ? 'SC' : 'CD',
    }));
}

function actionsOf(stage: Stage): Promise<Action[]> {
  return pastRecords(stage, 'corporate_action');
}

const COMPARISONS: Readonly<Record<string, (order: number) => boolean>> = {
  '': (order) => order === 0,
  gt: (order) => order > 0,
  gte: (order) => order >= 0,
  lt: (order) => order < 0,
  lte: (order) => order <= 0,
};

/** Rows that fit every filter of a query (`ticker`, `execution_date.gte`, …), by `sort` and `order` where it names them. */
export function filtered<T extends Row>(rows: readonly T[], query: URLSearchParams): T[] {
  const fields = new Set(rows.flatMap((row) => Object.keys(row)));
  const kept = rows.filter((row) =>
    [...query].every(([name, value]) => {
      const [field = '', how = ''] = name.split('.');
      const fits = COMPARISONS[how];
      if (!fields.has(field) || fits === undefined) return true;
      return row[field] != null && fits(orderOf(row[field], value));
    }),
  );
  const sort = query.get('sort') ?? '';
  if (!fields.has(sort)) return kept;
  const sign = query.get('order') === 'desc' ? -1 : 1;
  return kept.sort((a, b) => sign * orderOf(a[sort], String(b[sort])));
}

/** Numbers by size, everything else by its text. */
function orderOf(told: unknown, wanted: string): number {
  if (typeof told === 'number') return told - Number(wanted);
  const text = String(told);
  return text < wanted ? -1 : text > wanted ? 1 : 0;
}
