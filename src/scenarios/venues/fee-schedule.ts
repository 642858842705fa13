/** Fee schedules and regulatory tables from their data files (configs/venues/fees): every problem at once, with its path. */

import { z } from 'zod';
import {
  AUCTION_ORDERS,
  checkFeeSchedule,
  checkRegulatoryFees,
  FEE_LIQUIDITIES,
  FEE_SESSIONS,
  FEE_TAPES,
  type FeePeriod,
  type FeeSchedule,
  PRICE_BRANCHES,
  type RegulatoryFees,
  ROUNDING_RULES,
  TIER_MEASURES,
} from '../../market/index.ts';
import { calendarDay, exactNumber, failOn, parsePart, readYaml, sourceKeys } from './config-text.ts';

const rate = z.union([exactNumber, z.record(z.string(), exactNumber)]);
const chargeShape = {
  perUnit: rate.optional(),
  bps: rate.optional(),
  minPerTrade: exactNumber.optional(),
  maxPerTrade: exactNumber.optional(),
};
const someOf = <const T extends readonly [string, ...string[]]>(values: T) => z.array(z.enum(values)).min(1);

const ruleSchema = z.strictObject({
  when: z
    .strictObject({
      session: someOf(FEE_SESSIONS).optional(),
      side: someOf(['buy', 'sell']).optional(),
      liquidity: someOf(FEE_LIQUIDITIES).optional(),
      displayed: z.boolean().optional(),
      midpoint: z.boolean().optional(),
      tape: someOf(FEE_TAPES).optional(),
      price: z.enum(PRICE_BRANCHES).optional(),
      auctionOrder: someOf(AUCTION_ORDERS).optional(),
    })
    .default({}),
  ...chargeShape,
  monthlyCap: z.strictObject({ group: z.string().min(1), amount: exactNumber }).optional(),
});

const span = { from: calendarDay, to: calendarDay.optional() };
const unknownPeriod = z.strictObject({ ...span, unknown: z.string().min(1) });

const knownPeriod = z.strictObject({
  ...span,
  sources: sourceKeys,
  tiers: z
    .strictObject({
      measure: z.enum(TIER_MEASURES),
      assumed: z.string(),
      bands: z
        .array(
          z.strictObject({
            name: z.string().min(1),
            from: exactNumber.optional(),
            to: exactNumber.optional(),
          }),
        )
        .min(1),
    })
    .optional(),
  discounts: z.record(z.string(), exactNumber).default({}),
  serves: z
    .strictObject({
      session: someOf(FEE_SESSIONS).default([...FEE_SESSIONS]),
      liquidity: someOf(FEE_LIQUIDITIES).default([...FEE_LIQUIDITIES]),
    })
    .prefault({}),
  feeAsset: z.enum(['quote', 'received']).default('quote'),
  rules: z.array(ruleSchema).min(1),
  clearing: z.array(z.strictObject(chargeShape)).default([]),
});

const scheduleHead = z.strictObject({
  venue: z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, '1 to 40 small letters, digits and dashes'),
  currency: z.string().regex(/^[A-Z]{3,5}$/, '3 to 5 capital letters'),
  regulatory: z.enum(['none', 'usEquity', 'usOption']).default('none'),
  microRounding: z.enum(ROUNDING_RULES).default('halfUp'),
  periods: z.array(z.unknown()).min(1),
});

/** Reads a venue's fee schedule. `source` names the file in messages. Raises MKT_CONFIG with every problem. */
export function parseFeeSchedule(text: string, source: string): FeeSchedule {
  const value = readYaml(text, source);
  const problems: string[] = [];
  const head = parsePart(scheduleHead, value, '', problems);
  // A broken head must not hide what is wrong with the periods.
  const listed = (value as { periods?: unknown } | null)?.periods;
  const periods = (Array.isArray(listed) ? listed : []).map((period, index) =>
    readPeriod(period, `periods[${index}]`, problems),
  );
  const schedule: FeeSchedule = {
    venue: head?.venue ?? '',
    currency: head?.currency ?? '',
    regulatory: head?.regulatory ?? 'none',
    microRounding: head?.microRounding ?? 'halfUp',
    periods,
  };
  failOn([...problems, ...checkFeeSchedule(schedule)], source);
  return schedule;
}

function readPeriod(value: unknown, path: string, problems: string[]): FeePeriod {
  const raw = (value ?? {}) as Record<string, unknown>;
  const parsed =
    'unknown' in raw
      ? parsePart(unknownPeriod, value, path, problems)
      : parsePart(knownPeriod, value, path, problems);
  // Gaps are looked for around a broken period too, as far as its days can be read.
  const { from, to, unknown } =
    parsed === null
      ? { from: textOf(raw.from) ?? '', to: textOf(raw.to), unknown: 'it cannot be read' }
      : { unknown: undefined, ...parsed };
  if (parsed !== null && 'rules' in parsed) return parsed;
  return {
    from,
    to,
    unknown,
    sources: [],
    discounts: {},
    serves: { session: [], liquidity: [] },
    feeAsset: 'quote',
    rules: [],
    clearing: [],
  };
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

const regulatoryHead = z.strictObject({
  section31: z.array(z.unknown()).min(1),
  taf: z.array(z.unknown()).min(1),
  accessFeeCap: z.array(z.unknown()).min(1),
});
const row = { ...span, sources: sourceKeys };
const section31Row = z.strictObject({ ...row, perMillion: exactNumber });
const tafRow = z.strictObject({
  ...row,
  perShare: exactNumber,
  capPerTrade: exactNumber,
  perOptionContract: exactNumber,
});
const accessRow = z.strictObject({ ...row, perShare: exactNumber, belowOneBps: exactNumber });

/** Reads the regulatory tables. Raises MKT_CONFIG with every problem. */
export function parseRegulatoryFees(text: string, source: string): RegulatoryFees {
  const problems: string[] = [];
  const head = parsePart(regulatoryHead, readYaml(text, source), '', problems);
  const rows = <T>(list: readonly unknown[] | undefined, name: string, schema: z.ZodType<T>, none: T): T[] =>
    (list ?? []).map((value, index) => readRow(value, `${name}[${index}]`, schema, none, problems));
  const blank = { from: '', sources: [] };
  const fees: RegulatoryFees = {
    section31: rows(head?.section31, 'section31', section31Row, { ...blank, perMillion: '0' }),
    taf: rows(head?.taf, 'taf', tafRow, {
      ...blank,
      perShare: '0',
      capPerTrade: '0',
      perOptionContract: '0',
    }),
    accessFeeCap: rows(head?.accessFeeCap, 'accessFeeCap', accessRow, {
      ...blank,
      perShare: '0',
      belowOneBps: '0',
    }),
  };
  failOn([...problems, ...checkRegulatoryFees(fees)], source);
  return fees;
}

/** A row, or one that nobody can look up: of an unknown span, or one that is broken and reported. */
function readRow<T>(value: unknown, path: string, schema: z.ZodType<T>, none: T, problems: string[]): T {
  const raw = (value ?? {}) as Record<string, unknown>;
  if (!('unknown' in raw)) {
    const parsed = parsePart(schema, value, path, problems);
    if (parsed !== null) return parsed;
  }
  const parsed = 'unknown' in raw ? parsePart(unknownPeriod, value, path, problems) : null;
  return {
    ...none,
    from: textOf(raw.from) ?? '',
    to: textOf(raw.to),
    unknown: parsed?.unknown ?? 'it cannot be read',
  };
}
