/** The presets of configs/venues/sessions as a venue's wiring reads them, with days in UTC ns from an epoch. */

import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  buildSessionDays,
  buildSessionRules,
  type Calendar,
  type SessionAction,
  SessionMachine,
  type SessionSpec,
} from '../../src/market/index.ts';
import { parseCalendar, parseSessions } from '../../src/scenarios/index.ts';
import { isTimeZone, localClock, zonedEpochNs } from '../../src/services/index.ts';

const folder = fileURLToPath(new URL('../../configs/venues/sessions/', import.meta.url));
const namesIn = (path: string): string[] =>
  readdirSync(path)
    .filter((file) => file.endsWith('.yaml'))
    .map((file) => file.slice(0, -5))
    .sort();

export const CALENDARS: Readonly<Record<string, Calendar>> = Object.fromEntries(
  namesIn(`${folder}calendars/`).map((name) => [
    name,
    parseCalendar(readFileSync(`${folder}calendars/${name}.yaml`, 'utf8'), name),
  ]),
);
export const SESSION_CONTEXT = { calendars: CALENDARS, isTimeZone };
export const SESSION_NAMES: readonly string[] = namesIn(folder);

/** Text of a preset. */
export function sessionText(name: string): string {
  return readFileSync(`${folder}${name}.yaml`, 'utf8');
}

export function sessionPreset(name: string): SessionSpec {
  return parseSessions(sessionText(name), name, SESSION_CONTEXT);
}

/** A machine of a preset over some days, and a clock that turns local times of those days into its ns. */
export class PresetSession {
  readonly machine: SessionMachine;
  readonly actions: SessionAction[] = [];
  readonly #timeZone: string;
  readonly #epochNs: bigint;

  constructor(venue: string, fromDay: string, toDay = fromDay, group?: string) {
    const spec = sessionPreset(venue);
    this.#timeZone = spec.timeZone;
    this.#epochNs = zonedEpochNs(fromDay, '00:00', 'UTC');
    const days = buildSessionDays(
      spec,
      group ?? spec.groups[0]!.name,
      { fromDay, toDay },
      localClock(spec.timeZone, this.#epochNs),
    );
    this.machine = new SessionMachine(days, buildSessionRules(spec));
  }

  /** ns of a local date and time, `HH:MM[:SS[.fff]]`. */
  at(date: string, clock: string): number {
    const [whole, fraction = ''] = clock.split('.');
    return (
      Number(zonedEpochNs(date, whole!, this.#timeZone) - this.#epochNs) + Number(fraction.padEnd(9, '0'))
    );
  }

  /** Does what is due at or before a time; auctions uncross at once unless `stopAtUncross`. */
  advance(timeNs: number, options: { draw?: number; stopAtUncross?: boolean } = {}): void {
    const { machine, actions } = this;
    while (machine.nextTimeNs <= timeNs) {
      if (machine.pendingAuction === null) machine.onTime(machine.nextTimeNs, options.draw ?? 0, actions);
      if (machine.pendingAuction === null) continue;
      if (options.stopAtUncross === true) return;
      machine.completeCall(machine.nextTimeNs, actions);
    }
  }

  /** Moves to a local time and gives the machine. */
  to(date: string, clock: string, draw = 0): SessionMachine {
    this.advance(this.at(date, clock), { draw });
    return this.machine;
  }

  /** Actions of a kind so far. */
  of<K extends SessionAction['kind']>(kind: K): Extract<SessionAction, { kind: K }>[] {
    return this.actions.filter(
      (action): action is Extract<SessionAction, { kind: K }> => action.kind === kind,
    );
  }
}
