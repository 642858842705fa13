/** Increment, lot and filter tables from their data files (configs/venues/increments): every problem at once. */

import { z } from 'zod';
import {
  checkFilterSpec,
  checkPeriods,
  checkRts11,
  checkTickBands,
  isExactText,
  type NmsTickPeriod,
  type RoundLotPeriod,
  type Rts11Table,
  type SymbolFilterSpec,
  type TickBand,
} from '../../market/index.ts';
import { calendarDay, exactNumber, failOn, parsePart, readYaml, sourceKeys } from './config-text.ts';
import { filterSchema } from './entry-rules.ts';

const bandList = z.array(
  z.strictObject({ from: exactNumber.optional(), after: exactNumber.optional(), tick: exactNumber }),
);
const exact = exactNumber.refine(isExactText, 'a decimal number or a fraction');
const span = { from: calendarDay, to: calendarDay.optional(), sources: sourceKeys };

const usEquitySchema = z.strictObject({
  ticks: z
    .array(
      z.strictObject({
        ...span,
        classes: z.array(z.strictObject({ twaqsAtMost: exact.optional(), bands: bandList })).min(1),
      }),
    )
    .min(1),
  roundLots: z
    .array(
      z.strictObject({
        ...span,
        lots: z
          .array(z.strictObject({ averageCloseAtMost: exact.optional(), shares: z.int().min(1).max(1e6) }))
          .min(1),
      }),
    )
    .min(1),
});

/** Dated tables of US equities (market-rules §7.1, §7.2). */
export interface UsEquityIncrements {
  readonly ticks: readonly NmsTickPeriod[];
  readonly roundLots: readonly RoundLotPeriod[];
}

/** Reads the tables of US equities. Raises MKT_CONFIG with every problem. */
export function parseUsEquityIncrements(text: string, source: string): UsEquityIncrements {
  const tables = parseWhole(usEquitySchema, text, source);
  const problems = [...checkPeriods(tables.ticks, 'ticks'), ...checkPeriods(tables.roundLots, 'roundLots')];
  tables.ticks.forEach(({ classes }, index) => {
    const path = `ticks[${index}].classes`;
    problems.push(
      ...checkBounds(
        classes.map(({ twaqsAtMost }) => twaqsAtMost),
        path,
        'twaqsAtMost',
      ),
    );
    classes.forEach(({ bands }, at) => {
      problems.push(...checkTickBands(bands, `${path}[${at}].bands`));
    });
  });
  tables.roundLots.forEach(({ lots }, index) => {
    const bounds = lots.map(({ averageCloseAtMost }) => averageCloseAtMost);
    problems.push(...checkBounds(bounds, `roundLots[${index}].lots`, 'averageCloseAtMost'));
  });
  failOn(problems, source);
  return tables;
}

/** Upper bounds rise, and only the last row has none. */
function checkBounds(bounds: readonly (string | undefined)[], path: string, name: string): string[] {
  return bounds.flatMap((bound, index) => {
    const where = `${path}[${index}].${name}`;
    const isLast = index === bounds.length - 1;
    if (isLast)
      return bound === undefined ? [] : [`${where}: gap, the last row has no bound, found ${bound}`];
    if (bound === undefined) return [`${where}: only the last row has no bound`];
    const before = bounds[index - 1];
    return before !== undefined && Number(bound) <= Number(before)
      ? [`${where}: bounds rise, found ${bound} after ${before}`]
      : [];
  });
}

const rts11Schema = z.strictObject({
  sources: sourceKeys,
  transactionsFrom: z.array(z.int().min(0)).min(1),
  rows: z.array(z.strictObject({ from: exact, ticks: z.array(exact) })).min(1),
});

/** Reads the RTS 11 table and holds it to its generator. Raises MKT_CONFIG with every differing cell. */
export function parseRts11(text: string, source: string): Rts11Table {
  const { transactionsFrom, rows } = parseWhole(rts11Schema, text, source);
  failOn(checkRts11({ transactionsFrom, rows }), source);
  return { transactionsFrom, rows };
}

/** Increments of a futures product (market-rules §7.4). */
export interface FuturesIncrements {
  readonly name: string;
  /** Currency units per unit of price. */
  readonly multiplier: string;
  readonly priceText: 'decimal' | 'thirtySeconds';
  readonly bands: readonly TickBand[];
}

const futuresSchema = z.strictObject({
  sources: sourceKeys,
  products: z
    .array(
      z.strictObject({
        name: z.string().min(1),
        multiplier: exact,
        priceText: z.enum(['decimal', 'thirtySeconds']),
        bands: bandList,
      }),
    )
    .min(1),
});

/** Reads the increments of futures. Raises MKT_CONFIG with every problem. */
export function parseFuturesIncrements(text: string, source: string): readonly FuturesIncrements[] {
  const { products } = parseWhole(futuresSchema, text, source);
  const problems = products.flatMap(({ bands }, index) => checkTickBands(bands, `products[${index}].bands`));
  failOn([...problems, ...checkNames(products, 'products')], source);
  return products;
}

const filterFileSchema = z.strictObject({
  sources: sourceKeys,
  symbols: z.array(filterSchema.extend({ name: z.string().min(1) })).min(1),
});

/** Reads order filters by symbol. Raises MKT_CONFIG with every problem. */
export function parseSymbolFilters(
  text: string,
  source: string,
): readonly (SymbolFilterSpec & { readonly name: string })[] {
  const { symbols } = parseWhole(filterFileSchema, text, source);
  const problems = symbols.flatMap((symbol, index) =>
    checkFilterSpec(symbol).map((problem) => `symbols[${index}].${problem}`),
  );
  failOn([...problems, ...checkNames(symbols, 'symbols')], source);
  return symbols;
}

function checkNames(list: readonly { readonly name: string }[], path: string): string[] {
  const names = list.map(({ name }) => name);
  return names.flatMap((name, index) =>
    names.indexOf(name) === index ? [] : [`${path}[${index}].name: "${name}" is used once`],
  );
}

function parseWhole<T>(schema: z.ZodType<T>, text: string, source: string): T {
  const problems: string[] = [];
  const parsed = parsePart(schema, readYaml(text, source), '', problems);
  failOn(problems, source);
  return parsed!;
}
