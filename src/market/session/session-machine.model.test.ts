/** The session machine against a model that looks at every ns, on random schedules, halts and interruptions; its promises. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SlowSession } from '../../../tests/support/slow-session.ts';
import { BinaryReader, BinaryWriter } from '../../base/index.ts';
import type { SessionAction } from './actions.ts';
import { ANSWER_NAMES } from './answers.ts';
import { instructionMatrix } from './instruction-matrix.ts';
import { INSTRUCTION_COUNT } from './instructions.ts';
import { answerAt, type SessionDay, type SessionPhase, type SessionRules } from './schedule.ts';
import { type InterruptRequest, SessionMachine } from './session-machine.ts';
import {
  CANCEL_ONLY,
  CLOSED,
  CONTINUOUS,
  HALTED,
  INTRADAY_AUCTION,
  isMatching,
  LIMIT_ONLY,
  OPENING_AUCTION,
  PAUSED,
  PRE_OPEN,
  SESSION_STATE_COUNT,
  VOLATILITY_AUCTION,
} from './states.ts';

const MATRIX = instructionMatrix();
const AUCTIONS = ['opening', 'intraday', 'closing', 'reopening'] as const;
const UNTIL_NS = 260;

/** A repeatable number in [0, 1) by time. */
const drawAt = (timeNs: number): number => ((Math.imul(timeNs + 1, 0x9e3779b1) >>> 8) % 1000) / 1000;

interface RandomPhase {
  readonly state: number;
  readonly length: number;
  readonly uncross: number;
  readonly randomEnd: number;
  readonly lengthMin: number;
  readonly expiresDay: boolean;
  readonly windows: readonly [from: number, length: number, instruction: number, answer: number][];
  readonly every: number;
}

const small = (max: number): fc.Arbitrary<number> => fc.integer({ min: 0, max });
const phaseArb: fc.Arbitrary<RandomPhase> = fc.record({
  state: fc.oneof(small(SESSION_STATE_COUNT - 1), fc.constantFrom(CONTINUOUS, PRE_OPEN, INTRADAY_AUCTION)),
  length: fc.integer({ min: 1, max: 25 }),
  uncross: small(6),
  randomEnd: fc.oneof(fc.constant(0), small(6)),
  lengthMin: fc.oneof(fc.constant(0), small(8)),
  expiresDay: fc.boolean(),
  windows: fc.array(
    fc.tuple(
      small(24),
      fc.integer({ min: 1, max: 25 }),
      small(INSTRUCTION_COUNT - 1),
      small(ANSWER_NAMES.length - 1),
    ),
    { maxLength: 3 },
  ),
  every: small(7),
});
const dayArb = fc.record({
  gap: fc.oneof(fc.constant(0), small(12)),
  phases: fc.array(phaseArb, { minLength: 1, maxLength: 5 }),
  marks: fc.array(small(60), { maxLength: 2 }),
});

type Op =
  | { readonly op: 'halt'; readonly scope: 0 | 1; readonly length: number | null }
  | { readonly op: 'resume'; readonly scope: 0 | 1 }
  | {
      readonly op: 'interrupt';
      readonly phase: InterruptRequest['phase'];
      readonly scope: 'instrument' | 'market';
      readonly length: number | null;
      readonly random: number;
    }
  | { readonly op: 'status'; readonly state: number; readonly length: number | null }
  | { readonly op: 'endCall' };
const scopeArb = fc.constantFrom(0 as const, 1 as const);
const lengthArb = fc.oneof(small(30), fc.constant(null));
const opArb: fc.Arbitrary<Op> = fc.oneof(
  fc.record({ op: fc.constant('halt' as const), scope: scopeArb, length: lengthArb }),
  fc.record({ op: fc.constant('resume' as const), scope: scopeArb }),
  fc.record({
    op: fc.constant('interrupt' as const),
    phase: fc.constantFrom(
      'pause' as const,
      'auctionCall' as const,
      'preOpen' as const,
      'halt' as const,
      'closed' as const,
    ),
    scope: fc.constantFrom('instrument' as const, 'market' as const),
    length: lengthArb,
    random: small(6),
  }),
  fc.record({
    op: fc.constant('status' as const),
    state: fc.constantFrom(CANCEL_ONLY, LIMIT_ONLY, PRE_OPEN),
    length: lengthArb,
  }),
  fc.record({ op: fc.constant('endCall' as const) }),
);
const opsArb = fc.array(fc.tuple(small(UNTIL_NS), opArb), { maxLength: 14 });
const rulesArb: fc.Arbitrary<SessionRules> = fc
  .record({ collects: fc.boolean(), reopens: fc.boolean(), every: fc.constantFrom(null, 3) })
  .map(({ collects, reopens, every }) => ({
    matrix: MATRIX,
    interruptions: {
      pause: { state: PAUSED, uncross: false, imbalanceEveryNs: null },
      auctionCall: { state: VOLATILITY_AUCTION, uncross: true, imbalanceEveryNs: every },
      preOpen: { state: PRE_OPEN, uncross: true, imbalanceEveryNs: every },
      reserved: { state: PRE_OPEN, uncross: true, imbalanceEveryNs: null },
      halt: { state: collects ? HALTED : PAUSED, uncross: false, imbalanceEveryNs: null },
      closed: { state: CLOSED, uncross: false, imbalanceEveryNs: null },
    },
    reopening: reopens
      ? { state: VOLATILITY_AUCTION, uncross: true, imbalanceEveryNs: every, callNs: 7, randomNsMax: 4 }
      : null,
  }));

function toDays(
  random: readonly { gap: number; phases: readonly RandomPhase[]; marks: readonly number[] }[],
): SessionDay[] {
  let at = 3;
  return random.map(({ gap, phases, marks }, index) => {
    at += gap;
    const startNs = at;
    const made = phases.map((phase, number): SessionPhase => {
      const fromNs = at;
      at += phase.length;
      return toPhase(phase, `p${index}.${number}`, fromNs, at);
    });
    return {
      tradingDay: `2026-03-0${index + 1}`,
      phases: made,
      marks: marks
        .map((offset) => startNs + offset)
        .filter((atNs) => atNs < at)
        .sort((a, b) => a - b)
        .map((atNs) => ({ name: `m${atNs}`, atNs })),
    };
  });
}

function toPhase(phase: RandomPhase, name: string, fromNs: number, untilNs: number): SessionPhase {
  return {
    name,
    state: phase.state,
    fromNs,
    untilNs,
    randomEndNsMax: phase.randomEnd,
    uncross: AUCTIONS[phase.uncross] ?? null,
    lengthNsMin: phase.lengthMin,
    expiresDay: phase.expiresDay,
    windows: phase.windows
      .filter(([offset]) => fromNs + offset < untilNs)
      .map(([offset, length, instruction, answer], index) => ({
        name: `${name}.w${index}`,
        fromNs: fromNs + offset,
        untilNs: Math.min(untilNs, fromNs + offset + length),
        instructions: [instruction],
        answer,
      })),
    imbalances:
      phase.every === 0 ? [] : [{ fromNs, untilNs, everyNs: phase.every, isEarly: phase.every % 2 === 0 }],
  };
}

/** What happens to an auction that is about to uncross: mostly it does; else it is extended, or halted at the worst moment. */
function answerPending(timeNs: number, round: number): 'complete' | 'extend' | 'halt' {
  const pick = Math.floor(drawAt(timeNs * 7 + round) * 10);
  return pick < 6 || round > 3 ? 'complete' : pick < 9 ? 'extend' : 'halt';
}

class Pair {
  readonly actions: SessionAction[] = [];
  machine: SessionMachine;
  readonly slow: SlowSession;

  constructor(days: readonly SessionDay[], rules: SessionRules) {
    this.machine = new SessionMachine(days, rules);
    this.slow = new SlowSession(days, rules, drawAt);
  }

  tick(timeNs: number): void {
    for (let round = 0; ; round++) {
      while (this.machine.pendingAuction === null && this.machine.nextTimeNs <= timeNs) {
        expect(this.machine.nextTimeNs).toBe(timeNs);
        this.machine.onTime(timeNs, drawAt(timeNs), this.actions);
      }
      this.slow.tick(timeNs);
      if (this.machine.pendingAuction !== this.slow.pending)
        expect(this.machine.pendingAuction).toBe(this.slow.pending);
      if (this.machine.pendingAuction === null) return;
      const answer = answerPending(timeNs, round);
      if (answer === 'complete') {
        this.machine.completeCall(timeNs, this.actions);
        this.slow.complete();
      } else if (answer === 'extend') {
        this.machine.extendCall(timeNs, timeNs + 5, 3, this.actions);
        this.slow.extend(timeNs + 5, 3);
      } else this.apply(timeNs, { op: 'halt', scope: 0, length: 9 });
    }
  }

  apply(timeNs: number, op: Op): void {
    const { machine, slow, actions } = this;
    const until = (length: number | null): number =>
      length === null ? Number.POSITIVE_INFINITY : timeNs + length;
    switch (op.op) {
      case 'halt':
        machine.halt(timeNs, op.scope, 'news', actions, until(op.length));
        slow.halt(op.scope, 'news', machine.rules.interruptions.halt.state, until(op.length));
        return;
      case 'resume':
        machine.resume(timeNs, op.scope, actions);
        slow.resume(op.scope);
        return;
      case 'interrupt': {
        const { phase, scope, random } = op;
        const request = { rule: 'rule', phase, scope, untilNs: until(op.length), randomNsMax: random };
        expect(machine.interrupt(timeNs, request, actions)).toBe(slow.interrupt(request));
        return;
      }
      case 'status':
        expect(machine.setStatus(timeNs, op.state, until(op.length), actions)).toBe(
          slow.setStatus(op.state, until(op.length)),
        );
        return;
      case 'endCall':
        expect(machine.endCall(timeNs, actions)).toBe(slow.endCall());
    }
  }

  /** Both say the same, and the machine's table of answers is that of the schedule. */
  compare(timeNs: number): void {
    const { machine, slow } = this;
    // Compared by hand: an assertion library is slow at a million comparisons.
    if (machine.state !== slow.state) expect(machine.state).toBe(slow.state);
    if (machine.phase !== slow.phase) expect(machine.phase?.name).toBe(slow.phase?.name);
    for (let instruction = 0; instruction < INSTRUCTION_COUNT; instruction++) {
      const answer = answerAt(MATRIX, slow.phase, slow.state, instruction, timeNs);
      if (machine.answers[instruction] !== answer) expect(machine.answers[instruction]).toBe(answer);
    }
  }
}

const restored = (machine: SessionMachine): SessionMachine => {
  const writer = new BinaryWriter();
  machine.writeState(writer);
  const copy = new SessionMachine(machine.days, machine.rules);
  const reader = new BinaryReader(writer.finish());
  copy.readState(reader);
  expect(reader.isAtEnd).toBe(true);
  expect(copy.answers).toEqual(machine.answers);
  return copy;
};

function run(
  days: readonly SessionDay[],
  rules: SessionRules,
  ops: readonly (readonly [number, Op])[],
  snapshotAt: number,
): Pair {
  const pair = new Pair(days, rules);
  for (let timeNs = 0; timeNs <= UNTIL_NS; timeNs++) {
    pair.tick(timeNs);
    for (const [at, op] of ops) {
      if (at !== timeNs) continue;
      pair.apply(timeNs, op);
      pair.tick(timeNs);
    }
    pair.compare(timeNs);
    if (timeNs === snapshotAt) pair.machine = restored(pair.machine);
  }
  return pair;
}

const seen = new Map<string, number>();
const note = (key: string): void => {
  seen.set(key, (seen.get(key) ?? 0) + 1);
};

describe('the session machine on random schedules', () => {
  it('does what the slow model does, also after a snapshot, and keeps its promises', () => {
    fc.assert(
      fc.property(
        fc.array(dayArb, { minLength: 1, maxLength: 3 }),
        rulesArb,
        opsArb,
        small(UNTIL_NS),
        (random, rules, ops, snapshotAt) => {
          const days = toDays(random);
          const { actions, slow } = run(days, rules, ops, snapshotAt);
          expect(actions).toEqual(slow.actions);
          checkPromises(days, actions);
          for (const action of actions) {
            note(action.kind === 'phaseChanged' ? `${action.kind} ${action.cause}` : action.kind);
          }
        },
      ),
      { numRuns: 400 },
    );
    // Nothing of what can happen was left out.
    for (const kind of [
      'dayStarted',
      'dayExpired',
      'uncross',
      'auctionMissed',
      'publishImbalance',
      'windowOpened',
      'mark',
    ]) {
      expect(seen.get(kind), kind).toBeGreaterThan(20);
    }
    for (const cause of [
      'schedule',
      'halt',
      'resume',
      'interrupt',
      'interruptionOver',
      'preempted',
      'frozen',
      'extended',
    ]) {
      expect(seen.get(`phaseChanged ${cause}`), cause).toBeGreaterThan(5);
    }
  });

  it('T2.9-f: expires DAY orders once per trading day, whatever halts and extensions do', () => {
    fc.assert(
      fc.property(
        fc.array(dayArb, { minLength: 1, maxLength: 3 }),
        rulesArb,
        opsArb,
        (random, rules, ops) => {
          const days = toDays(random);
          const { actions } = run(days, rules, ops, -1);
          const expired = actions.filter(({ kind }) => kind === 'dayExpired');
          const started = actions.filter(({ kind }) => kind === 'dayStarted');
          expect(new Set(expired.map((action) => JSON.stringify(action))).size).toBe(expired.length);
          expect(started.length - expired.length).toBeGreaterThanOrEqual(0);
          expect(started.length - expired.length).toBeLessThanOrEqual(1);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('has an exit from every state: what ends by itself leads to the end of the last day', () => {
    fc.assert(
      fc.property(
        fc.array(dayArb, { minLength: 1, maxLength: 2 }),
        rulesArb,
        opsArb,
        (random, rules, ops) => {
          const early = ops.filter(([at]) => at < 60).map(([at, op]) => [at, withEnd(op)] as const);
          // Two days of three phases of at most 25 ns end before UNTIL_NS, with all that prolongs them.
          const { machine } = run(
            toDays(random.map(({ phases, ...day }) => ({ ...day, phases: phases.slice(0, 3) }))),
            rules,
            early,
            -1,
          );
          expect(machine.tradingDay).toBe('');
          expect([machine.state, machine.phase, machine.nextTimeNs]).toEqual([
            CLOSED,
            null,
            Number.POSITIVE_INFINITY,
          ]);
        },
      ),
      { numRuns: 150 },
    );
  });
});

/** An op that ends by itself. */
const withEnd = (op: Op): Op => ('length' in op && op.length === null ? { ...op, length: 20 } : op);

/** Times do not go back; collecting states are left for matching ones through an auction only; every stop has an end. */
function checkPromises(days: readonly SessionDay[], actions: readonly SessionAction[]): void {
  let timeNs = 0;
  let hasCollected = false;
  let state = CLOSED;
  const expired: string[] = [];
  for (const action of actions) {
    expect(action.timeNs).toBeGreaterThanOrEqual(timeNs);
    timeNs = action.timeNs;
    if (action.kind === 'dayExpired') expired.push(action.tradingDay);
    if (action.kind === 'uncross') hasCollected = false;
    if (action.kind !== 'phaseChanged') continue;
    expect(action.stateBefore).toBe(state);
    state = action.state;
    if (isMatching(state)) expect(hasCollected).toBe(false);
    if (action.cause !== 'frozen') {
      hasCollected ||= [PRE_OPEN, OPENING_AUCTION, INTRADAY_AUCTION, VOLATILITY_AUCTION, HALTED].includes(
        state,
      );
    }
  }
  const known = days.map(({ tradingDay }) => tradingDay);
  expect(expired).toEqual(known.slice(0, expired.length));
}
