/** Products of futures from their data file (configs/reference/futures.yaml), and the last day of a contract by the rule of its product. */

import { z } from 'zod';
import { type Calendar, DAY_CLOSED, dayKindOf, nthWeekday, plusDays } from '../../market/index.ts';
import { failOn, parsePart, readYaml } from '../venues/config-text.ts';
import { weekday } from '../venues/session-calendar.ts';
import { clock } from '../venues/session-schedule.ts';

/** The day from which the last day is counted, in the month of delivery or `month` months after it. */
type Anchor =
  | { readonly on: 'weekday'; readonly weekday: number; readonly nth: number }
  | { readonly on: 'day'; readonly day: number }
  | { readonly on: 'businessDay'; readonly nth: number };

export type ExpiryRule = Anchor & {
  readonly month: number;
  readonly daysBefore: number;
  /** What a day without trading does: it moves to the trading day before, or stays. */
  readonly ifClosed: 'before' | 'keep';
  readonly businessDaysBefore: number;
};

export interface FuturesProduct {
  readonly codes: readonly string[];
  readonly about: string;
  /** Name of the calendar of its business days. */
  readonly calendar: string;
  /** Letters of the months of delivery that a series goes through. */
  readonly months: string;
  readonly expiry: ExpiryRule;
  /** Start of a trading day: ns since midnight of its date on the clocks of the zone, negative on the evening before. */
  readonly day: { readonly zone: string; readonly fromNs: number };
  /** Calendar days before the last day on which a series leaves a contract, where nothing else is asked for. */
  readonly rollDays: number;
}

const steps = {
  month: z.int().min(-12).max(12).default(0),
  daysBefore: z.int().min(0).max(366).default(0),
  ifClosed: z.enum(['before', 'keep']).default('before'),
  businessDaysBefore: z.int().min(0).max(60).default(0),
};
const notZero = (nth: number): boolean => nth !== 0;
const expirySchema = z.discriminatedUnion('on', [
  z.strictObject({
    ...steps,
    on: z.literal('weekday'),
    weekday,
    nth: z.int().min(-1).max(4).refine(notZero, '1 to 4, or -1 for the last one'),
  }),
  z.strictObject({ ...steps, on: z.literal('day'), day: z.int().min(1).max(28) }),
  z.strictObject({
    ...steps,
    on: z.literal('businessDay'),
    nth: z.int().min(-15).max(15).refine(notZero, 'from 1, or from -1 for the last one'),
  }),
]);
const fileSchema = z.strictObject({
  products: z
    .array(
      z.strictObject({
        codes: z.array(z.string().regex(/^[A-Z0-9]{1,6}$/, '1 to 6 capital letters and digits')).min(1),
        about: z.string(),
        calendar: z.string(),
        months: z.string().regex(/^[FGHJKMNQUVXZ]+$/, 'letters of months, F for January to Z for December'),
        expiry: expirySchema,
        day: z.strictObject({ zone: z.string(), from: clock }),
        rollDays: z.int().min(0).max(366),
      }),
    )
    .min(1),
});

/** Reads the products. `source` names the file in messages. Raises MKT_CONFIG with every problem. */
export function parseFuturesProducts(
  text: string,
  source: string,
  known: { readonly calendars: readonly string[]; readonly isTimeZone: (name: string) => boolean },
): FuturesProduct[] {
  const problems: string[] = [];
  const parsed = parsePart(fileSchema, readYaml(text, source), '', problems);
  const seen = new Set<string>();
  parsed?.products.forEach(({ codes, calendar, day }, index) => {
    const at = `products[${index}]`;
    if (!known.calendars.includes(calendar))
      problems.push(
        `${at}.calendar: one of ${known.calendars.join(', ')}, found ${JSON.stringify(calendar)}`,
      );
    if (!known.isTimeZone(day.zone))
      problems.push(`${at}.day.zone: is a name of the IANA data base, found ${JSON.stringify(day.zone)}`);
    for (const code of codes) {
      if (seen.has(code)) problems.push(`${at}.codes: each code once, found ${code} again`);
      seen.add(code);
    }
  });
  failOn(problems, source);
  return parsed!.products.map(({ day, ...product }) => ({
    ...product,
    day: { zone: day.zone, fromNs: day.from },
  }));
}

/** Last day of trading of a contract, YYYY-MM-DD. Raises MKT_CONFIG for years that the calendar does not know. */
export function expiryDay(
  { expiry }: FuturesProduct,
  calendar: Calendar,
  delivery: { readonly year: number; readonly month: number },
): string {
  const count = delivery.year * 12 + delivery.month - 1 + expiry.month;
  const month = { year: Math.floor(count / 12), month: (count % 12) + 1 };
  const settle = (date: string): string => (expiry.ifClosed === 'before' ? openDay(calendar, date) : date);
  const anchor = settle(anchorDay(expiry, calendar, month));
  let date = settle(plusDays(anchor, -expiry.daysBefore));
  for (let left = expiry.businessDaysBefore; left > 0; left--) date = openDay(calendar, plusDays(date, -1));
  return date;
}

function anchorDay(
  anchor: Anchor,
  calendar: Calendar,
  { year, month }: { readonly year: number; readonly month: number },
): string {
  if (anchor.on === 'weekday') return nthWeekday(year, month, anchor.weekday, anchor.nth);
  const first = `${year}-${String(month).padStart(2, '0')}-01`;
  if (anchor.on === 'day') return plusDays(first, anchor.day - 1);
  const step = anchor.nth > 0 ? 1 : -1;
  let date =
    anchor.nth > 0 ? plusDays(first, -1) : plusDays(first, 32 - Number(plusDays(first, 31).slice(8)));
  for (let left = Math.abs(anchor.nth); left > 0; left--) {
    date = plusDays(date, step);
    while (!isOpen(calendar, date)) date = plusDays(date, step);
  }
  return date;
}

/** The day, or the trading day before it. */
function openDay(calendar: Calendar, date: string): string {
  let open = date;
  while (!isOpen(calendar, open)) open = plusDays(open, -1);
  return open;
}

function isOpen(calendar: Calendar, date: string): boolean {
  return dayKindOf(calendar, date) !== DAY_CLOSED;
}
