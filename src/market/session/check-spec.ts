/** What is wrong with the sessions of a venue: every problem at once, with its path. */

import { answerOf, isRefusal } from './answers.ts';
import { dayKindsOf } from './calendar.ts';
import { instructionMatrix } from './instruction-matrix.ts';
import { INSTRUCTION_COUNT, type InstructionName, instructionOf, isChange } from './instructions.ts';
import {
  DAY_NS,
  type DayScheduleSpec,
  type InterruptionSpec,
  type PhaseSpec,
  type SessionGroupSpec,
  type SessionSpec,
} from './spec.ts';
import { isCollecting, isMatching, SESSION_STATE_NAMES, type SessionStateName } from './states.ts';

const WEEKDAY_NAMES = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
const CHANGE_ANSWERS = 'enter, errorOnly, noCancel, cancelTooLate, cancelNotNow';
const ENTRY_ANSWERS =
  'enter, rest, hold, afterAuction, reprice, imbalanceOnly, contraImbalance, closed, tooLate, notNow, unsupported';

/** Problems of a venue's sessions; `isTimeZone` knows the names of time zones, which only the edge can look up. */
export function sessionSpecProblems(spec: SessionSpec, isTimeZone: (name: string) => boolean): string[] {
  const problems: string[] = [];
  if (!isTimeZone(spec.timeZone)) {
    problems.push(
      `timeZone: is a name of the IANA data base, like America/New_York, or UTC, found ${JSON.stringify(spec.timeZone)}`,
    );
  }
  spec.overrides.forEach(({ instructions, answer }, index) => {
    problems.push(...answerProblems(instructions, answer, `overrides[${index}].answer`));
  });
  for (const [phase, plan] of Object.entries(spec.interruptions)) {
    const isHalt = phase === 'halt' || phase === 'closed';
    problems.push(...(isHalt ? haltProblems(plan, phase) : planProblems(plan, `interruptions.${phase}`)));
  }
  if (spec.reopening !== null) problems.push(...planProblems(spec.reopening, 'reopening'));
  const halted = stateOf(spec.interruptions.halt.state);
  if (isCollecting(halted) && spec.reopening === null) {
    problems.push(
      `reopening: state without exit, orders that ${spec.interruptions.halt.state} collects need an auction; give a reopening or halt in PAUSED`,
    );
  }
  problems.push(...doubleNames(spec.groups, 'groups'));
  spec.groups.forEach((group, index) => {
    problems.push(...groupProblems(spec, group, `groups[${index}]`));
  });
  return problems;
}

function doubleNames(named: readonly { readonly name: string }[], path: string): string[] {
  return named.flatMap(({ name }, index) =>
    named.findIndex((other) => other.name === name) < index
      ? [`${path}[${index}].name: names are used once, found ${JSON.stringify(name)} again`]
      : [],
  );
}

function haltProblems(plan: InterruptionSpec, phase: string): string[] {
  const path = `interruptions.${phase}`;
  const problems: string[] = [];
  if (isMatching(stateOf(plan.state)))
    problems.push(
      `${path}.state: nothing matches during a halt, found ${plan.state}; HALTED, PAUSED or CLOSED`,
    );
  if (plan.uncross) problems.push(`${path}.uncross: what follows a halt stands in reopening; false here`);
  return problems;
}

function planProblems({ state, uncross }: InterruptionSpec, path: string): string[] {
  if (isMatching(stateOf(state))) return [`${path}.state: an interruption stops matching, found ${state}`];
  if (isCollecting(stateOf(state)) && !uncross)
    return [`${path}.uncross: state without exit, orders that ${state} collects need an auction; true here`];
  return !isCollecting(stateOf(state)) && uncross
    ? [`${path}.uncross: ${state} collects no orders that an auction could match; false here`]
    : [];
}

function answerProblems(
  instructions: readonly InstructionName[],
  answer: SessionSpec['overrides'][number]['answer'],
  path: string,
): string[] {
  return instructions.flatMap((instruction) => {
    const allowed = isChange(instructionOf(instruction)) ? CHANGE_ANSWERS : ENTRY_ANSWERS;
    return allowed.split(', ').includes(answer)
      ? []
      : [`${path}: ${instruction} is answered by one of ${allowed}, found ${answer}`];
  });
}

function groupProblems(spec: SessionSpec, group: SessionGroupSpec, path: string): string[] {
  const problems = group.schedules.flatMap((schedule, index) => [
    ...scheduleProblems(spec, schedule, `${path}.schedules[${index}]`),
    ...kindProblems(spec, schedule, `${path}.schedules[${index}].dayKinds`),
  ]);
  for (const weekday of spec.calendar.weekdays) {
    for (const kind of dayKindsOf(spec.calendar)) {
      const fitting = group.schedules.flatMap((schedule, index) =>
        schedule.weekdays.includes(weekday) && schedule.dayKinds.includes(kind) ? [index] : [],
      );
      const day = `${WEEKDAY_NAMES[weekday]} ${kind}`;
      if (fitting.length === 0) problems.push(`${path}.schedules: gap, no schedule for ${day}`);
      if (fitting.length > 1)
        problems.push(`${path}.schedules: overlap, ${day} is in schedules ${fitting.join(' and ')}`);
    }
  }
  group.schedules.forEach((before, first) => {
    group.schedules.forEach((after, second) => {
      const isNext = before.weekdays.some((weekday) => after.weekdays.includes((weekday + 1) % 7));
      const startNs = (after.phases[0]?.fromNs ?? 0) + DAY_NS;
      if (isNext && before.endNs > startNs)
        problems.push(
          `${path}.schedules[${first}].end: overlap, it lasts into the day that schedules[${second}] starts ${textOf(startNs)}, found ${textOf(before.endNs)}`,
        );
    });
  });
  return problems;
}

function kindProblems(spec: SessionSpec, { dayKinds }: DayScheduleSpec, path: string): string[] {
  const known = dayKindsOf(spec.calendar);
  return dayKinds.flatMap((kind) =>
    known.includes(kind)
      ? []
      : [`${path}: a kind of day of calendar ${spec.calendar.name} (${known.join(', ')}), found ${kind}`],
  );
}

function scheduleProblems(spec: SessionSpec, schedule: DayScheduleSpec, path: string): string[] {
  const { phases, endNs, marks } = schedule;
  const problems = doubleNames(phases, `${path}.phases`);
  phases.forEach((phase, index) => {
    const at = `${path}.phases[${index}]`;
    const untilNs = phases[index + 1]?.fromNs ?? endNs;
    if (untilNs <= phase.fromNs) {
      const next = phases[index + 1] === undefined ? `${path}.end` : `${path}.phases[${index + 1}].from`;
      problems.push(`${next}: overlap, later than ${textOf(phase.fromNs)}, found ${textOf(untilNs)}`);
    }
    problems.push(...phaseProblems(phase, untilNs, at));
    problems.push(
      ...randomEndProblems(phase, untilNs, phases[index + 1] && (phases[index + 2]?.fromNs ?? endNs), at),
    );
    problems.push(...exitProblems(phase, phases[index + 1], at));
  });
  const startNs = phases[0]?.fromNs ?? 0;
  marks.forEach(({ atNs }, index) => {
    if (atNs < startNs || atNs >= endNs)
      problems.push(
        `${path}.marks[${index}].at: within the day, from ${textOf(startNs)} to before ${textOf(endNs)}, found ${textOf(atNs)}`,
      );
    if (index > 0 && atNs < marks[index - 1]!.atNs)
      problems.push(`${path}.marks[${index}].at: marks are in order of time, found ${textOf(atNs)}`);
  });
  return [...problems, ...expiryProblems(spec, schedule, path)];
}

function phaseProblems(phase: PhaseSpec, untilNs: number, path: string): string[] {
  const outside = (ns: number, isEnd: boolean): boolean =>
    isEnd ? ns <= phase.fromNs || ns > untilNs : ns < phase.fromNs || ns >= untilNs;
  const range = `within its phase, from ${textOf(phase.fromNs)} to ${textOf(untilNs)}`;
  const spanProblems = (from: number, until: number, at: string): string[] => [
    ...(outside(from, false) ? [`${at}.from: ${range}, found ${textOf(from)}`] : []),
    ...(outside(until, true) ? [`${at}.until: ${range}, found ${textOf(until)}`] : []),
    ...(until <= from ? [`${at}.until: later than its start ${textOf(from)}, found ${textOf(until)}`] : []),
  ];
  return [
    ...phase.windows.flatMap((window, index) => [
      ...spanProblems(window.fromNs, window.untilNs ?? untilNs, `${path}.windows[${index}]`),
      ...answerProblems(window.instructions, window.answer, `${path}.windows[${index}].answer`),
    ]),
    ...phase.imbalances.flatMap((span, index) =>
      spanProblems(span.fromNs, span.untilNs, `${path}.imbalances[${index}]`),
    ),
  ];
}

/** A random end that outlasts the phase behind it would leave that one out; the last phase has the end of its day. */
function randomEndProblems(
  { randomEndNsMax }: PhaseSpec,
  untilNs: number,
  nextUntilNs: number | undefined,
  path: string,
): string[] {
  const latestNs = nextUntilNs ?? untilNs;
  if (randomEndNsMax === 0 || untilNs + randomEndNsMax < latestNs) return [];
  return nextUntilNs === undefined
    ? [`${path}.randomEnd: the last phase ends with its day; 0 here`]
    : [
        `${path}.randomEnd: ends before the phase that follows does, at ${textOf(latestNs)}, found ${textOf(untilNs + randomEndNsMax)}`,
      ];
}

/** Orders that were collected must meet an auction before anything else becomes of them. */
function exitProblems(phase: PhaseSpec, next: PhaseSpec | undefined, path: string): string[] {
  const isCall = isCollecting(stateOf(phase.state));
  if (!isCall && phase.uncross !== null && !isMatching(stateOf(phase.state)))
    return [
      `${path}.uncross: ${phase.state} collects no orders that an auction could match, found ${phase.uncross}`,
    ];
  if (!isCall || phase.uncross !== null) return [];
  return next !== undefined && isCollecting(stateOf(next.state))
    ? []
    : [
        `${path}.uncross: state without exit, ${phase.state} collects orders and ${next === undefined ? 'the day ends' : `${next.state} follows`}; opening, intraday, closing or reopening`,
      ];
}

/** After DAY orders have expired no phase of the day takes new ones: nobody would end them. */
function expiryProblems(spec: SessionSpec, { phases }: DayScheduleSpec, path: string): string[] {
  const expiring = phases.findIndex(({ expiresDay }) => expiresDay);
  if (expiring < 0) return [];
  const matrix = instructionMatrix(spec.overrides, spec.unsupported);
  const limitDay = instructionOf('limitDay');
  return phases.slice(expiring).flatMap((phase, index) => {
    const at = `${path}.phases[${expiring + index}]`;
    if (index > 0 && phase.expiresDay) return [`${at}.expiresDay: DAY orders expire once a day`];
    const row = SESSION_STATE_NAMES.indexOf(phase.state);
    const isTaken =
      !isRefusal(matrix[row * INSTRUCTION_COUNT + limitDay]!) ||
      phase.windows.some(
        ({ instructions, answer }) => instructions.includes('limitDay') && !isRefusal(answerOf(answer)),
      );
    return isTaken
      ? [
          `${at}.state: takes no DAY orders after they have expired, found ${phase.state}; POST_TRADE or CLOSED`,
        ]
      : [];
  });
}

const stateOf = (name: SessionStateName): number => SESSION_STATE_NAMES.indexOf(name);

/** Local time as a file has it: 16:45-1d. */
function textOf(localNs: number): string {
  const days = Math.floor(localNs / DAY_NS);
  const seconds = (localNs - days * DAY_NS) / 1e9;
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  const clock = `${two(seconds / 3600)}:${two((seconds / 60) % 60)}`;
  const rest = seconds % 60;
  const full = rest === 0 ? clock : `${clock}:${rest < 10 ? '0' : ''}${rest}`;
  return days === 0 ? full : `${full}${days > 0 ? '+' : ''}${days}d`;
}
