/** What a venue checks of orders at entry, from its config: price protection, filters, lots, price steps and their changes. */

import { z } from 'zod';
import { TwinError } from '../../base/index.ts';
import { type Instrument, type InstrumentSpec, PRICE_TICKS_MAX } from '../../domain/index.ts';
import {
  AveragePriceKeeper,
  checkTickBands,
  compileTickTable,
  type DayBreaker,
  dayStartNs,
  divide,
  type EntryCheck,
  filterCheck,
  formatExact,
  isWhole,
  type LimitOrderProtectionRules,
  limitProtectionCheck,
  lotCheck,
  multiply,
  parseExact,
  priceBandCheck,
  type SessionDay,
  SymbolFilters,
  type TickBand,
  type TickTable,
  TickTimeline,
  tickCheck,
} from '../../market/index.ts';
import { calendarDay, exactNumber } from './config-text.ts';

const bandSchema = z.strictObject({
  from: exactNumber.optional(),
  after: exactNumber.optional(),
  tick: exactNumber,
});
const bandList = z.array(bandSchema).min(1).max(100);

/** Keys of a venue for price steps and lots. */
export const incrementKeys = {
  tickBands: bandList
    .meta({ description: 'Price steps by price; every tick of the instrument if absent.' })
    .optional(),
  tickChanges: z
    .array(
      z.strictObject({
        from: calendarDay.meta({
          description: 'First trading day on which the table holds.',
          range: 'YYYY-MM-DD, rising',
        }),
        bands: bandList.meta({ description: 'Price steps by price.' }),
      }),
    )
    .min(1)
    .max(100)
    .meta({
      description:
        'Tables that take the place of `tickBands`. Resting orders stay at their price; new orders and changed prices are held to the new table.',
    })
    .optional(),
  lotBands: z
    .array(z.strictObject({ from: exactNumber.optional(), after: exactNumber.optional(), lot: exactNumber }))
    .min(1)
    .max(100)
    .meta({
      description:
        'Quantities are multiples of the lot, by the close of the day before; every lot of the instrument if absent.',
    })
    .optional(),
} as const;

const off = exactNumber.default('0');
const decimal = (description: string) => off.meta({ description, range: 'a decimal number, 0 = off' });

/** Filters of a symbol, as in configs/venues/increments/crypto.yaml. */
export const filterSchema = z.strictObject({
  minPrice: decimal('Smallest limit price.'),
  maxPrice: decimal('Largest limit price.'),
  tickSize: decimal('Step of prices.'),
  stepOrigin: z
    .enum(['zero', 'minimum'])
    .meta({ description: 'Where steps are counted from.' })
    .default('zero'),
  minQty: decimal('Smallest quantity.'),
  maxQty: decimal('Largest quantity.'),
  stepSize: decimal('Step of quantities.'),
  marketMinQty: decimal('Smallest quantity of a market order.'),
  marketMaxQty: decimal('Largest quantity of a market order.'),
  marketStepSize: decimal('Step of quantities of market orders.'),
  minNotional: decimal('Smallest price times quantity.'),
  maxNotional: decimal('Largest price times quantity.'),
  applyNotionalToMarket: z
    .boolean()
    .meta({
      description: 'Whether market orders are held to the notional, at the average price.',
      range: '`true`, `false`',
    })
    .default(false),
  multiplierUp: decimal('Largest limit price, as a factor of the average price.'),
  multiplierDown: decimal('Smallest limit price, as a factor of the average price.'),
  avgPriceMins: z
    .int()
    .min(0)
    .max(1440)
    .meta({ description: 'Minutes of the average price; 0 is the last price.' })
    .default(0),
  maxIcebergParts: z
    .int()
    .min(0)
    .max(1e6)
    .meta({ description: 'Most parts of an iceberg; 0 = off.' })
    .default(0),
});

/** The key `entry` of a venue. */
export const entrySchema = z.strictObject({
  limitProtection: z
    .strictObject({
      tiers: z
        .array(
          z.strictObject({
            upToCents: z.int().min(1).max(1e9).nullable().meta({
              description: 'Holds up to this price, in hundredths of the currency; null for the last tier.',
              range: 'whole number 1 to 1000000000, or null',
            }),
            ppm: z.int().min(1).max(1e6).meta({ description: 'Distance in millionths of the price.' }),
          }),
        )
        .min(1)
        .max(20)
        .meta({ description: 'Distance by the opposite best price.' }),
      distanceCentsMin: z
        .int()
        .min(0)
        .max(1e9)
        .meta({ description: 'The distance is at least this, in hundredths of the currency.' }),
      refusesAtLimit: z.boolean().meta({
        description: 'Whether a price exactly at the distance is refused.',
        range: '`true`, `false`',
      }),
    })
    .meta({
      description:
        'Limit order price protection: limit orders too far beyond the opposite best are refused. A preset by name: `nyse`, `nasdaq`.',
    })
    .optional(),
  priceBand: z
    .strictObject({
      variationTicks: z
        .int()
        .min(1)
        .max(1e9)
        .meta({ description: 'Buys so far above the last price, or sells below it, are refused, ticks.' }),
    })
    .meta({ description: 'Price banding around the last trade, or the settlement. A preset by name: `es`.' })
    .optional(),
  filters: filterSchema
    .meta({
      description:
        'Bounds and steps of price, quantity and value. A symbol of configs/venues/increments/crypto.yaml by name: `binance-spot-BTCUSDT`.',
    })
    .optional(),
});

export interface EntryConfig {
  readonly tickBands?: readonly TickBand[] | undefined;
  readonly tickChanges?:
    | readonly { readonly from: string; readonly bands: readonly TickBand[] }[]
    | undefined;
  readonly lotBands?:
    | readonly {
        readonly from?: string | undefined;
        readonly after?: string | undefined;
        readonly lot: string;
      }[]
    | undefined;
  readonly entry?: z.output<typeof entrySchema> | undefined;
}

/** Problems of the tables of a venue, by path. What depends on an instrument comes out when it is listed. */
export function entryProblems({ tickBands, tickChanges, lotBands }: EntryConfig, path: string): string[] {
  const problems = tickBands === undefined ? [] : checkTickBands(tickBands, `${path}: tickBands`);
  tickChanges?.forEach(({ from, bands }, index) => {
    problems.push(...checkTickBands(bands, `${path}: tickChanges[${index}].bands`));
    const before = tickChanges[index - 1]?.from;
    if (before !== undefined && from <= before)
      problems.push(`${path}: tickChanges[${index}].from: days rise, found ${from} after ${before}`);
  });
  if (lotBands !== undefined)
    problems.push(...checkTickBands(asTicks(lotBands), `${path}: lotBands`).map(sayLot));
  return problems;
}

/** Checks of one instrument, and what keeps the prices that they need. */
export interface EntryRules {
  readonly checks: readonly EntryCheck[];
  readonly keepers: readonly DayBreaker[];
}

/** Makes the checks of an instrument. Raises MKT_CONFIG where a table does not fit its ticks and lots. */
export function createEntryRules(
  config: EntryConfig,
  instrument: Instrument,
  days: readonly SessionDay[],
): EntryRules {
  const { lotBands, entry = {} } = config;
  const { limitProtection, priceBand, filters } = entry;
  const checks: EntryCheck[] = [];
  const keepers: DayBreaker[] = [];
  const timeline = timelineOf(config, instrument, days);
  if (timeline !== null) checks.push(tickCheck(timeline));
  if (lotBands !== undefined) {
    const lots = lotTable(lotBands, instrument);
    if (!isEverything(lots)) checks.push(lotCheck(lots));
  }
  if (filters !== undefined) {
    const usesAverage =
      filters.applyNotionalToMarket || filters.multiplierUp !== '0' || filters.multiplierDown !== '0';
    const keeper = usesAverage ? new AveragePriceKeeper(filters.avgPriceMins * NS_PER_MINUTE) : null;
    if (keeper !== null) keepers.push({ breaker: keeper, startDay: () => undefined });
    checks.push(
      filterCheck(
        new SymbolFilters(filters, instrument.tickSize, instrument.lotSize),
        keeper === null ? null : (nowNs) => keeper.average.at(nowNs),
      ),
    );
  }
  if (priceBand !== undefined) checks.push(priceBandCheck(priceBand.variationTicks));
  if (limitProtection !== undefined) checks.push(limitProtectionCheck(inTicks(limitProtection, instrument)));
  return { checks, keepers };
}

const NS_PER_MINUTE = 60_000_000_000;

/** Tables by the time they hold from, null if every tick is a step in all of them. */
function timelineOf(
  { tickBands, tickChanges = [] }: EntryConfig,
  { tickSize }: InstrumentSpec,
  days: readonly SessionDay[],
): TickTimeline | null {
  const entries = [
    {
      fromNs: Number.NEGATIVE_INFINITY,
      table: fitTable(tickBands ?? [{ from: '0', tick: tickSize }], tickSize),
    },
  ];
  for (const { from, bands } of tickChanges) {
    const index = days.findIndex(({ tradingDay }) => tradingDay >= from);
    if (index < 0) continue;
    const table = fitTable(bands, tickSize);
    // One that held before the first day, or has no day of its own, is followed by the next at once.
    const fromNs = index === 0 ? Number.NEGATIVE_INFINITY : dayStartNs(days[index]!);
    if (entries.at(-1)!.fromNs === fromNs) entries.pop();
    entries.push({ fromNs, table });
  }
  return entries.every(({ table }) => isEverything(table)) ? null : new TickTimeline(entries);
}

/** On the grid of an instrument, every price is a multiple of an increment that divides its tick. */
function fitTable(bands: readonly TickBand[], tickSize: string): TickTable {
  const grid = parseExact(tickSize);
  const fitted = bands.map((band) =>
    isWhole(divide(grid, parseExact(band.tick))) ? { ...band, tick: tickSize } : band,
  );
  return compileTickTable(fitted, tickSize);
}

/** Lots by the close of the day before: edges in ticks, steps in lots. */
function lotTable(bands: NonNullable<EntryConfig['lotBands']>, instrument: Instrument): TickTable {
  const { tickSize, lotSize } = instrument;
  const size = parseExact(lotSize);
  return compileTickTable(
    bands.map(({ lot, ...edge }, index) => {
      const lots = divide(parseExact(lot), size);
      if (!isWhole(lots))
        throw new TwinError(
          'MKT_CONFIG',
          `lotBands[${index}].lot is a whole number of the instrument's lots`,
          {
            lot,
            lotSize,
          },
        );
      // As many ticks as there are lots, so that the table counts lots.
      return { ...edge, tick: formatExact(multiply(lots, parseExact(tickSize))) };
    }),
    tickSize,
  );
}

function isEverything({ stepTicks }: TickTable): boolean {
  return stepTicks.every((step) => step === 1);
}

function asTicks(bands: NonNullable<EntryConfig['lotBands']>): TickBand[] {
  return bands.map(({ lot, ...edge }) => ({ ...edge, tick: lot }));
}

function sayLot(problem: string): string {
  return problem.replace('.tick: an increment', '.lot: a lot');
}

/** Hundredths of the currency to ticks; what lies between two ticks is rounded so that no price is judged otherwise. */
function inTicks(
  {
    tiers,
    distanceCentsMin,
    refusesAtLimit,
  }: NonNullable<NonNullable<EntryConfig['entry']>['limitProtection']>,
  { tickSize }: InstrumentSpec,
): LimitOrderProtectionRules {
  const { numerator, denominator } = parseExact(tickSize);
  const ticks = (cents: number): number => (cents * Number(denominator)) / (100 * Number(numerator));
  return {
    rule: 'limitProtection',
    tiers: tiers.map(({ upToCents, ppm }) => ({
      upToTicks: upToCents === null ? PRICE_TICKS_MAX : Math.floor(ticks(upToCents)),
      ppm,
    })),
    distanceTicksMin: refusesAtLimit
      ? Math.ceil(ticks(distanceCentsMin))
      : Math.floor(ticks(distanceCentsMin)),
    refusesAtLimit,
  };
}
