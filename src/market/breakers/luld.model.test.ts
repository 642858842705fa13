/**
 * LULD against a slow model that keeps every trade, walks through time one unit after the other and recomputes what it
 * needs each time. A second is one unit here and thresholds are small, so that a random day visits every state.
 */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BREAKER_PRESETS } from '../../../tests/support/breaker-presets.ts';
import { BinaryReader, BinaryWriter } from '../../base/index.ts';
import { BUY, PRICE_TICKS_MAX, PRICE_TICKS_MIN, SELL, UNDEF_INT32 } from '../../domain/index.ts';
import { BreakerSet } from './breaker-set.ts';
import type { BreakerAction } from './contract.ts';
import { LuldBreaker } from './luld.ts';
import type { LuldRules } from './luld-bands.ts';

const RULES: LuldRules = {
  ...BREAKER_PRESETS.luld.pilot.rules,
  tier2DoublingCentsMax: 300,
  openDoublingNs: 15,
  closeDoublingNs: 25,
  windowNs: 12,
  inForceNsMin: 4,
  openingNs: 8,
  limitStateNs: 3,
  pauseNs: 6,
  noReopeningNs: 14,
};
const DAY = { openNs: 20, closeNs: 160, previousCloseTicks: 900 };
const INSTRUMENT = { tier: 2, leveragePercent: 100, ticksPerCent: 1 } as const;

interface Fraction {
  readonly sum: number;
  readonly count: number;
}

const halfUp = (numerator: number, denominator: number): number =>
  Math.floor((2 * numerator + denominator) / (2 * denominator));

class SlowLuld {
  phase = 'waiting';
  now = DAY.openNs - 1;
  low = PRICE_TICKS_MIN;
  high = PRICE_TICKS_MAX;
  reference: Fraction | null = null;
  log: string[] = [];
  readonly #trades: { readonly time: number; readonly price: number }[] = [];
  #bid = UNDEF_INT32;
  #ask = UNDEF_INT32;
  #since = 0;
  #limitSince = 0;
  #isUp = false;
  #isStraddling = false;
  #isForClose = false;
  pausedUntil = 0;

  walkTo(time: number): void {
    while (this.now < time) {
      this.now++;
      this.#tick();
    }
  }

  trade(price: number): void {
    if (this.now < DAY.openNs || this.phase === 'closed') return;
    this.#trades.push({ time: this.now, price });
    const mean = this.#mean()!;
    if (this.phase === 'waiting' && this.now >= DAY.openNs + RULES.openingNs) this.#take(mean);
    if (this.phase !== 'normal' || this.now - this.#since < RULES.inForceNsMin) return;
    const old = this.reference!;
    const move = Math.abs(mean.sum * old.count - old.sum * mean.count);
    if (move * 100 >= old.sum * mean.count) this.#take(mean);
  }

  quote(bid: number, ask: number): void {
    this.#bid = bid;
    this.#ask = ask;
    this.#quotes();
  }

  uncross(price: number, kind: 'opening' | 'reopening'): void {
    if (this.phase === 'closed' || this.now < DAY.openNs) return;
    if (kind === 'opening' && this.phase !== 'waiting') return;
    this.#trades.push({ time: this.now, price });
    this.#bid = UNDEF_INT32;
    this.#ask = UNDEF_INT32;
    const isLate = this.phase === 'waiting' && this.now >= DAY.openNs + RULES.openingNs;
    this.#take(isLate ? this.#mean()! : { sum: price, count: 1 });
  }

  declarePause(): void {
    if (this.phase === 'normal') this.#isUp = this.#ask > this.high;
    if (this.phase === 'normal' || this.phase === 'limit') this.#pause();
  }

  halt(): void {
    if (this.phase !== 'normal' && this.phase !== 'limit') return;
    if (this.phase === 'limit') this.#say('limitStateLeft');
    this.#straddle(false);
    this.phase = 'halted';
  }

  get referenceTicks(): number {
    return this.reference === null ? UNDEF_INT32 : halfUp(this.reference.sum, this.reference.count);
  }

  #tick(): void {
    if (this.now >= DAY.closeNs) {
      if (this.phase === 'closed') return;
      if (this.phase === 'limit') this.#say('limitStateLeft');
      this.phase = 'closed';
      this.#range(PRICE_TICKS_MIN, PRICE_TICKS_MAX);
    } else if (this.phase === 'limit' && this.now - this.#limitSince >= RULES.limitStateNs) this.#pause();
    else if (this.phase === 'paused') this.#close();
    else if (this.phase === 'normal') this.#bands();
    else if (this.phase === 'waiting' && this.now >= DAY.openNs + RULES.openingNs) {
      const mean = this.#mean();
      if (mean !== null) this.#take(mean);
    }
  }

  #mean(): Fraction | null {
    const inside = this.#trades.filter(({ time }) => this.now - time < RULES.windowNs);
    if (inside.length === 0) return null;
    return { sum: inside.reduce((sum, { price }) => sum + price, 0), count: inside.length };
  }

  #take(reference: Fraction): void {
    this.reference = reference;
    this.#since = this.now;
    this.phase = 'normal';
    this.#bands();
  }

  #bands(): void {
    const { sum, count } = this.reference!;
    const isOpening = this.now < DAY.openNs + RULES.openDoublingNs;
    const isClosing = this.now >= DAY.closeNs - RULES.closeDoublingNs;
    const percent = isClosing ? (sum <= 300 * count ? 20 : 10) : isOpening ? 20 : 10;
    this.#range(halfUp(sum * (100 - percent), count * 100), halfUp(sum * (100 + percent), count * 100));
    this.#quotes();
  }

  #range(low: number, high: number): void {
    if (low === this.low && high === this.high) return;
    this.low = low;
    this.high = high;
    this.#say(`bandsChanged ${low} ${high}`);
  }

  #quotes(): void {
    const isCrossed = this.#bid !== UNDEF_INT32 && this.#ask !== UNDEF_INT32 && this.#ask < this.#bid;
    const isUp = !isCrossed && this.#bid === this.high;
    const isDown = !isCrossed && !isUp && this.#ask === this.low;
    if (this.phase === 'limit' && !(this.#isUp ? isUp : isDown)) {
      this.#say('limitStateLeft');
      this.#take(this.#mean() ?? this.reference!);
    } else if (this.phase === 'normal') {
      const isBeyond =
        (this.#bid !== UNDEF_INT32 && this.#bid < this.low) ||
        (this.#ask !== UNDEF_INT32 && this.#ask > this.high);
      this.#straddle(isBeyond && !isUp && !isDown);
      if (!isUp && !isDown) return;
      this.phase = 'limit';
      this.#limitSince = this.now;
      this.#isUp = isUp;
      this.#say(`limitStateEntered ${isUp ? BUY : SELL}`);
    }
  }

  #straddle(isStraddling: boolean): void {
    if (isStraddling !== this.#isStraddling) this.#say(isStraddling ? 'straddleEntered' : 'straddleLeft');
    this.#isStraddling = isStraddling;
  }

  #pause(): void {
    if (this.phase === 'limit') this.#say('limitStateLeft');
    this.#straddle(false);
    this.phase = 'paused';
    this.#isForClose = false;
    this.pausedUntil = this.now + RULES.pauseNs;
    this.#say(`interrupt ${this.pausedUntil}`);
    this.#close();
  }

  #close(): void {
    if (this.#isForClose || this.now < DAY.closeNs - RULES.noReopeningNs) return;
    this.#isForClose = true;
    this.#say('noReopening');
  }

  #say(text: string): void {
    this.log.push(`${this.now} ${text}`);
  }
}

function text(action: BreakerAction): string {
  const head = `${action.timeNs} ${action.kind}`;
  if (action.kind === 'bandsChanged') return `${head} ${action.lowTicks} ${action.highTicks}`;
  if (action.kind === 'limitStateEntered') return `${head} ${action.side}`;
  return action.kind === 'interrupt' ? `${head} ${action.untilNs}` : head;
}

const gap = fc.integer({ min: 0, max: 4 });
const op = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('trade' as const),
      gap,
      at: fc.integer({ min: -100, max: 100 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom('atUpper' as const, 'atLower' as const, 'crossed' as const),
      gap,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom('inside' as const, 'bidBelow' as const, 'askAbove' as const, 'empty' as const),
      gap,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('wait' as const, 'pause' as const, 'halt' as const, 'snapshot' as const),
      gap,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('uncross' as const),
      gap,
      at: fc.integer({ min: -100, max: 100 }),
    }),
  },
);
type Op = typeof op extends fc.Arbitrary<infer T> ? T : never;

function quoteOf(kind: string, low: number, high: number): [number, number] | null {
  const middle = Math.floor((low + high) / 2);
  switch (kind) {
    case 'atUpper':
      return [high, high + 1];
    case 'atLower':
      return [low - 1, low];
    case 'crossed':
      return [high, high - 1];
    case 'inside':
      return [middle - 1, middle + 1];
    case 'bidBelow':
      return [low - 1, middle];
    case 'askAbove':
      return [middle, high + 1];
    case 'empty':
      return [UNDEF_INT32, UNDEF_INT32];
    default:
      return null;
  }
}

/** Runs the operations on both; returns the phases seen. */
function run(ops: readonly Op[], isOpened: boolean): Set<string> {
  let luld = new LuldBreaker(RULES, INSTRUMENT);
  luld.startDay(DAY);
  let set = new BreakerSet([luld]);
  const model = new SlowLuld();
  const actions: BreakerAction[] = [];
  const seen = new Set<string>();
  let timeNs = DAY.openNs;
  const step = (one: Op | { kind: 'open'; gap: number; at: number }): void => {
    timeNs += one.gap;
    model.walkTo(timeNs);
    const base = model.reference === null ? DAY.previousCloseTicks : model.referenceTicks;
    const quote = quoteOf(one.kind, model.low, model.high);
    if (timeNs >= set.validUntilNs) set.onTime(timeNs, actions);
    if (quote !== null && model.low > PRICE_TICKS_MIN) {
      model.quote(...quote);
      set.onQuote(timeNs, ...quote, actions);
    } else if (one.kind === 'trade') {
      model.trade(base + one.at);
      set.onTrade(timeNs, base + one.at, 1, actions);
    } else if (one.kind === 'open' || (one.kind === 'uncross' && mayReopen(model, timeNs))) {
      const kind = one.kind === 'open' ? 'opening' : 'reopening';
      model.uncross(base + one.at, kind);
      set.onUncross(timeNs, base + one.at, kind, actions);
    } else if (one.kind === 'pause') {
      model.declarePause();
      luld.declarePause(timeNs, actions);
      set.refresh();
    } else if (one.kind === 'halt') {
      model.halt();
      set.onSuspend(timeNs, actions);
    } else if (one.kind === 'snapshot') {
      luld = throughSnapshot(luld);
      set = new BreakerSet([luld]);
    }
    expect(actions.map(text)).toEqual(model.log);
    expect([luld.phase, luld.lowTicks, luld.highTicks]).toEqual([model.phase, model.low, model.high]);
    expect(luld.referenceTicks).toBe(model.referenceTicks);
    expect([set.lowTicks, set.highTicks]).toEqual([luld.lowTicks, luld.highTicks]);
    expect(set.nextTimeNs).toBeGreaterThan(timeNs);
    seen.add(model.phase);
    for (const line of model.log) seen.add(line.split(' ')[1]!);
    model.log = [];
    actions.length = 0;
  };
  if (isOpened) step({ kind: 'open', gap: 0, at: 0 });
  for (const one of ops) step(one);
  step({ kind: 'wait', gap: DAY.closeNs });
  return seen;
}

function mayReopen(model: SlowLuld, timeNs: number): boolean {
  return model.phase === 'halted' || (model.phase === 'paused' && timeNs >= model.pausedUntil);
}

function throughSnapshot(luld: LuldBreaker): LuldBreaker {
  const writer = new BinaryWriter();
  luld.writeState(writer);
  const copy = new LuldBreaker(RULES, INSTRUMENT);
  const reader = new BinaryReader(writer.finish());
  copy.readState(reader);
  expect(reader.isAtEnd).toBe(true);
  return copy;
}

describe('LULD against its model', () => {
  it('says the same in every random day, through snapshots, and visits every state', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(fc.array(op, { minLength: 20, maxLength: 80 }), fc.boolean(), (ops, isOpened) => {
        for (const what of run(ops, isOpened)) seen.add(what);
      }),
      { seed: 1, numRuns: 1_000 },
    );
    expect([...seen].sort()).toEqual([
      'bandsChanged',
      'closed',
      'halted',
      'interrupt',
      'limit',
      'limitStateEntered',
      'limitStateLeft',
      'noReopening',
      'normal',
      'paused',
      'straddleEntered',
      'straddleLeft',
      'waiting',
    ]);
  }, 30_000);
});
