/** A venue's sessions on given days, in ns since the run's epoch. */

import { TwinError } from '../../base/index.ts';
import { answerOf } from './answers.ts';
import { plusDays, tradingDays, weekdayOfDate } from './calendar.ts';
import { instructionMatrix } from './instruction-matrix.ts';
import { instructionOf } from './instructions.ts';
import {
  dayEndNs,
  dayStartNs,
  type InterruptionPlan,
  type SessionDay,
  type SessionPhase,
  type SessionRules,
} from './schedule.ts';
import {
  DAY_NS,
  type DayScheduleSpec,
  type InterruptionSpec,
  type PhaseSpec,
  type SessionSpec,
} from './spec.ts';
import { SESSION_STATE_NAMES } from './states.ts';

/** Instant of a local time of a date, ns since the run's epoch. Only the edge knows time zones. */
export type LocalToNs = (date: string, nsOfDay: number) => number;

/**
 * The trading days of a group from one date to another, both included. Times follow local clocks: a day on which clocks
 * change is shorter or longer. Raises MKT_CONFIG for an unknown group, days the calendar does not know, and days that overlap
 * or whose phases do, which a change of clocks may bring about.
 */
export function buildSessionDays(
  spec: SessionSpec,
  groupName: string,
  span: { readonly fromDay: string; readonly toDay: string },
  toNs: LocalToNs,
): SessionDay[] {
  const group = spec.groups.find(({ name }) => name === groupName);
  if (group === undefined) {
    throw new TwinError('MKT_CONFIG', 'a session group is one of the venue', {
      group: groupName,
      allowed: spec.groups.map(({ name }) => name),
    });
  }
  const days = tradingDays(spec.calendar, span.fromDay, span.toDay).map(({ date, kind }) => {
    const weekday = weekdayOfDate(date);
    const schedule = group.schedules.find(
      ({ weekdays, dayKinds }) => weekdays.includes(weekday) && dayKinds.includes(kind),
    );
    if (schedule === undefined) {
      throw new TwinError('MKT_CONFIG', 'every trading day has a schedule', { group: groupName, date, kind });
    }
    return buildDay(schedule, date, toNs);
  });
  days.forEach((day, index) => {
    checkOrder(day, days[index - 1]);
  });
  return days;
}

/** How a venue treats instructions, interruptions and the time after a halt. */
export function buildSessionRules(spec: SessionSpec): SessionRules {
  const { pause, auctionCall, preOpen, reserved, halt, closed } = spec.interruptions;
  const { reopening } = spec;
  return {
    matrix: instructionMatrix(spec.overrides, spec.unsupported),
    interruptions: {
      pause: planOf(pause),
      auctionCall: planOf(auctionCall),
      preOpen: planOf(preOpen),
      reserved: planOf(reserved),
      halt: planOf(halt),
      closed: planOf(closed),
    },
    reopening:
      reopening === null
        ? null
        : { ...planOf(reopening), callNs: reopening.callNs, randomNsMax: reopening.randomNsMax },
  };
}

function planOf({ state, uncross, imbalanceEveryNs }: InterruptionSpec): InterruptionPlan {
  return { state: SESSION_STATE_NAMES.indexOf(state), uncross, imbalanceEveryNs };
}

function buildDay(schedule: DayScheduleSpec, date: string, toNs: LocalToNs): SessionDay {
  const at = (localNs: number): number => {
    const days = Math.floor(localNs / DAY_NS);
    return toNs(plusDays(date, days), localNs - days * DAY_NS);
  };
  const { phases, endNs, marks } = schedule;
  return {
    tradingDay: date,
    phases: phases.map((phase, index) => buildPhase(phase, phases[index + 1]?.fromNs ?? endNs, at)),
    marks: marks.map(({ name, atNs }) => ({ name, atNs: at(atNs) })),
  };
}

function buildPhase(phase: PhaseSpec, untilNs: number, at: (localNs: number) => number): SessionPhase {
  return {
    name: phase.name,
    state: SESSION_STATE_NAMES.indexOf(phase.state),
    fromNs: at(phase.fromNs),
    untilNs: at(untilNs),
    randomEndNsMax: phase.randomEndNsMax,
    uncross: phase.uncross,
    lengthNsMin: phase.lengthNsMin,
    expiresDay: phase.expiresDay,
    windows: phase.windows.map((window) => ({
      name: window.name,
      fromNs: at(window.fromNs),
      untilNs: at(window.untilNs ?? untilNs),
      instructions: window.instructions.map(instructionOf),
      answer: answerOf(window.answer),
    })),
    imbalances: phase.imbalances.map((span) => ({
      ...span,
      fromNs: at(span.fromNs),
      untilNs: at(span.untilNs),
    })),
  };
}

function checkOrder(day: SessionDay, before: SessionDay | undefined): void {
  for (const { name, fromNs, untilNs } of day.phases) {
    if (untilNs > fromNs) continue;
    const details = { day: day.tradingDay, phase: name };
    throw new TwinError('MKT_CONFIG', 'a phase has a length, also when clocks change', details);
  }
  if (before !== undefined && dayStartNs(day) < dayEndNs(before)) {
    const details = { day: day.tradingDay, before: before.tradingDay };
    throw new TwinError('MKT_CONFIG', 'a trading day starts after the one before has ended', details);
  }
}
