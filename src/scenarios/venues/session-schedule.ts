/** Sessions of a venue from their data file (configs/venues/sessions): every problem at once, with its path. */

import { z } from 'zod';
import {
  ANSWER_NAMES,
  AUCTION_KINDS,
  type Calendar,
  DAY_NS,
  INSTRUCTION_NAMES,
  SESSION_STATE_NAMES,
  type SessionSpec,
  sessionSpecProblems,
} from '../../market/index.ts';
import { calendarDay, failOn, parsePart, readYaml, sourceKeys } from './config-text.ts';
import { shortName, weekday } from './session-calendar.ts';

const CLOCK = /^(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?([+-]1d)?$/;
const LENGTH = /^(\d{1,9})(ns|us|ms|s|min|h)$/;
const UNIT_NS: Readonly<Record<string, number>> = { ns: 1, us: 1e3, ms: 1e6, s: 1e9, min: 60e9, h: 3600e9 };

/** Local time of the trading day, of the day before (-1d) or after (+1d), as ns since its midnight. */
export const clock = z
  .string()
  .refine(
    isClock,
    'a time as HH:MM, HH:MM:SS or HH:MM:SS.fff from 00:00 to 24:00, with -1d or +1d for another day',
  )
  .transform(clockNs);
const lengthNs = z
  .string()
  .regex(LENGTH, 'a whole number with ns, us, ms, s, min or h')
  .transform((text) => {
    const [, count, unit] = LENGTH.exec(text)!;
    return Number(count) * UNIT_NS[unit!]!;
  })
  .refine((ns) => ns <= DAY_NS, 'at most 24h');
const everyNs = lengthNs.refine((ns) => ns >= 1e6, 'at least 1ms');

const state = z.enum(SESSION_STATE_NAMES);
const instructions = z.array(z.enum(INSTRUCTION_NAMES)).min(1);
const answer = z.enum(ANSWER_NAMES);
const auction = z.enum(AUCTION_KINDS);

const windowSchema = z.strictObject({
  name: shortName,
  from: clock,
  until: clock.optional(),
  instructions,
  answer,
});
const imbalanceSchema = z.strictObject({
  from: clock,
  until: clock,
  every: everyNs,
  early: z.boolean().default(false),
});
const phaseSchema = z.strictObject({
  name: shortName,
  state,
  from: clock,
  randomEnd: lengthNs.default(0),
  uncross: auction.optional(),
  lengthMin: lengthNs.default(0),
  expiresDay: z.boolean().default(false),
  windows: z.array(windowSchema).default([]),
  imbalances: z.array(imbalanceSchema).default([]),
});
const scheduleSchema = z.strictObject({
  weekdays: z.array(weekday).min(1),
  dayKinds: z.array(shortName).min(1),
  phases: z.array(phaseSchema).min(1),
  end: clock,
  marks: z.array(z.strictObject({ name: shortName, at: clock })).default([]),
});
const groupSchema = z.strictObject({ name: shortName, schedules: z.array(scheduleSchema).min(1) });

const planShape = {
  state,
  uncross: z.boolean().default(false),
  imbalanceEvery: everyNs.optional(),
};
const plan = z.strictObject(planShape).transform(({ imbalanceEvery, ...rest }) => ({
  ...rest,
  imbalanceEveryNs: imbalanceEvery ?? null,
}));
const reopeningPlan = z
  .strictObject({ ...planShape, call: lengthNs, randomMax: lengthNs.default(0) })
  .transform(({ imbalanceEvery, call, randomMax, ...rest }) => ({
    ...rest,
    imbalanceEveryNs: imbalanceEvery ?? null,
    callNs: call,
    randomNsMax: randomMax,
  }));

const specSchema = z.strictObject({
  venue: shortName,
  validFrom: calendarDay,
  sources: sourceKeys,
  timeZone: z.string(),
  calendar: z.string(),
  unsupported: z.array(z.enum(INSTRUCTION_NAMES)).default([]),
  overrides: z.array(z.strictObject({ states: z.array(state).min(1), instructions, answer })).default([]),
  interruptions: z.strictObject({
    pause: plan,
    auctionCall: plan,
    preOpen: plan,
    reserved: plan,
    halt: plan,
    closed: plan,
  }),
  reopening: reopeningPlan.nullable(),
  groups: z.array(groupSchema).min(1),
});

/** What a file of sessions refers to and cannot know itself. */
export interface SessionContext {
  /** By name. */
  readonly calendars: Readonly<Record<string, Calendar>>;
  /** Knows the names of time zones; only the edge can look them up. */
  readonly isTimeZone: (name: string) => boolean;
}

/** Reads the sessions of a venue. `source` names the file in messages. Raises MKT_CONFIG with every problem. */
export function parseSessions(text: string, source: string, context: SessionContext): SessionSpec {
  const value = readYaml(text, source);
  const problems: string[] = [];
  const parsed = parsePart(specSchema, value, '', problems);
  if (parsed === null) {
    // Names that are looked up elsewhere are told of too, as far as they can be read.
    const { timeZone, calendar } = (value ?? {}) as Record<string, unknown>;
    if (typeof timeZone === 'string' && !context.isTimeZone(timeZone)) problems.push(zoneProblem(timeZone));
    if (typeof calendar === 'string') problems.push(...calendarProblems(calendar, context));
    failOn(problems, source);
  }
  const calendar = Object.hasOwn(context.calendars, parsed!.calendar)
    ? context.calendars[parsed!.calendar]!
    : null;
  if (calendar === null) problems.push(...calendarProblems(parsed!.calendar, context));
  const spec = toSpec(parsed!, calendar ?? NO_CALENDAR);
  const found = sessionSpecProblems(spec, context.isTimeZone);
  // Without its calendar nobody knows which kinds of days there are.
  problems.push(...(calendar === null ? found.filter((text) => !text.includes('.dayKinds: ')) : found));
  failOn(problems, source);
  return spec;
}

const NO_CALENDAR: Calendar = { name: '', fromYear: 0, toYear: 0, weekdays: [], rules: [] };

function zoneProblem(timeZone: string): string {
  return `timeZone: is a name of the IANA data base, like America/New_York, or UTC, found ${JSON.stringify(timeZone)}`;
}

function calendarProblems(name: string, { calendars }: SessionContext): string[] {
  const known = Object.keys(calendars);
  if (known.includes(name)) return [];
  const rule = known.length === 0 ? 'is there and sound' : `one of ${known.join(', ')}`;
  return [`calendar: ${rule}, found ${JSON.stringify(name)}`];
}

function toSpec(parsed: z.infer<typeof specSchema>, calendar: Calendar): SessionSpec {
  return {
    venue: parsed.venue,
    validFrom: parsed.validFrom,
    timeZone: parsed.timeZone,
    calendar,
    unsupported: parsed.unsupported,
    overrides: parsed.overrides,
    interruptions: parsed.interruptions,
    reopening: parsed.reopening,
    groups: parsed.groups.map(({ name, schedules }) => ({
      name,
      schedules: schedules.map(({ weekdays, dayKinds, phases, end, marks }) => ({
        weekdays,
        dayKinds,
        phases: phases.map(toPhase),
        endNs: end,
        marks: marks.map((mark) => ({ name: mark.name, atNs: mark.at })),
      })),
    })),
  };
}

function toPhase(
  phase: z.infer<typeof phaseSchema>,
): SessionSpec['groups'][number]['schedules'][number]['phases'][number] {
  return {
    name: phase.name,
    state: phase.state,
    fromNs: phase.from,
    randomEndNsMax: phase.randomEnd,
    uncross: phase.uncross ?? null,
    lengthNsMin: phase.lengthMin,
    expiresDay: phase.expiresDay,
    windows: phase.windows.map(({ from, until, ...window }) => ({
      ...window,
      fromNs: from,
      untilNs: until ?? null,
    })),
    imbalances: phase.imbalances.map(({ from, until, every, early }) => ({
      fromNs: from,
      untilNs: until,
      everyNs: every,
      isEarly: early,
    })),
  };
}

function isClock(text: string): boolean {
  const match = CLOCK.exec(text);
  if (match === null || Number(match[2]) > 59 || Number(match[3] ?? 0) > 59) return false;
  return clockOfDayNs(match) <= DAY_NS;
}

function clockNs(text: string): number {
  const match = CLOCK.exec(text);
  if (match === null) return 0;
  const days = match[5] === undefined ? 0 : match[5] === '-1d' ? -1 : 1;
  return clockOfDayNs(match) + days * DAY_NS;
}

function clockOfDayNs([, hours, minutes, seconds = '0', fraction = '']: RegExpExecArray): number {
  return (
    (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1e9 + Number(fraction.padEnd(9, '0'))
  );
}
