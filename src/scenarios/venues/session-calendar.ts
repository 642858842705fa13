/** Calendars from their data files (configs/venues/sessions/calendars): every problem at once, with its path. */

import { z } from 'zod';
import { type Calendar, type CalendarRule, SHIFT_RULES } from '../../market/index.ts';
import { calendarDay, failOn, parsePart, readYaml, sourceKeys } from './config-text.ts';

/** Index = weekday, 0 = Sunday. */
export const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

/** A weekday by name, as its number. */
export const weekday = z.enum(WEEKDAYS).transform((name) => WEEKDAYS.indexOf(name));
export const shortName = z
  .string()
  .regex(/^[a-zA-Z][a-zA-Z0-9-]{0,39}$/, '1 to 40 letters, digits and dashes');

const head = {
  name: shortName,
  kind: shortName,
  years: z.strictObject({ from: z.int().optional(), to: z.int().optional() }).optional(),
};
const month = z.int().min(1).max(12);
const days = z.int().min(-60).max(60).default(0);
const ruleSchema = z.discriminatedUnion('on', [
  z.strictObject({
    ...head,
    on: z.literal('fixed'),
    month,
    day: z.int().min(1).max(31),
    shift: z.enum(SHIFT_RULES),
  }),
  z.strictObject({
    ...head,
    on: z.literal('weekday'),
    month,
    weekday,
    nth: z
      .int()
      .min(-1)
      .max(4)
      .refine((nth) => nth !== 0, '1 to 4, or -1 for the last one'),
    plusDays: days,
  }),
  z.strictObject({ ...head, on: z.literal('easter'), plusDays: days }),
  z.strictObject({ ...head, on: z.literal('dates'), dates: z.array(calendarDay).min(1) }),
]);

const year = z.int().min(1583).max(4099);
const calendarSchema = z.strictObject({
  name: shortName,
  years: z.strictObject({ from: year, to: year }),
  sources: sourceKeys,
  weekdays: z.array(weekday).min(1),
  rules: z.array(ruleSchema),
});

/** Reads a calendar. `source` names the file in messages. Raises MKT_CONFIG with every problem. */
export function parseCalendar(text: string, source: string): Calendar {
  const problems: string[] = [];
  const parsed = parsePart(calendarSchema, readYaml(text, source), '', problems);
  if (parsed !== null && parsed.years.to < parsed.years.from)
    problems.push(`years.to: at least the first year ${parsed.years.from}, found ${parsed.years.to}`);
  parsed?.rules.forEach((rule, index) => {
    if (rule.on === 'fixed' && rule.day > [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][rule.month - 1]!)
      problems.push(`rules[${index}].day: a day of every year's month ${rule.month}, found ${rule.day}`);
  });
  failOn(problems, source);
  const { name, years, weekdays, rules } = parsed!;
  return { name, fromYear: years.from, toYear: years.to, weekdays, rules: rules.map(toRule) };
}

function toRule({ name, kind, years, ...rule }: z.infer<typeof ruleSchema>): CalendarRule {
  return { name, kind, rule, fromYear: years?.from ?? null, toYear: years?.to ?? null };
}
