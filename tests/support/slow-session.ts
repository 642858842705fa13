/**
 * The session of an instrument as its description reads: asked at every single ns whether anything is due, it knows nothing
 * of "the next time". The model that `SessionMachine` is compared with.
 */

import type {
  InterruptRequest,
  SessionAction,
  SessionDay,
  SessionPhase,
  SessionRules,
} from '../../src/market/index.ts';
import {
  CLOSED,
  frozenState,
  isCollecting,
  isMatching,
  isStoppable,
  VOLATILITY_AUCTION,
} from '../../src/market/index.ts';

type Auction = 'opening' | 'intraday' | 'closing' | 'reopening';
type Cause = Extract<SessionAction, { kind: 'phaseChanged' }>['cause'];

interface Halt {
  state: number;
  untilNs: number;
  isForDay: boolean;
}
interface Interruption {
  state: number;
  isAuction: boolean;
  sinceNs: number;
  untilNs: number;
  randomMax: number;
  everyNs: number | null;
}

export class SlowSession {
  state = CLOSED;
  pending: Auction | null = null;
  readonly actions: SessionAction[] = [];
  now = -1;
  readonly halts: [Halt | null, Halt | null] = [null, null];
  interruption: Interruption | null = null;
  /** Days not over yet, the present one first. */
  #left: SessionDay[];
  /** Phases of the day not over yet, the present one first; null before the day. */
  #phases: SessionPhase[] | null = null;
  #untilNs = 0;
  #randomMax = 0;
  #mayCross = false;
  #isExpired = false;
  #marks: { name: string; atNs: number }[] = [];
  #seenWindows = new Set<unknown>();
  #publishedAt: number | null = null;
  readonly #rules: SessionRules;
  readonly #drawAt: (timeNs: number) => number;

  constructor(days: readonly SessionDay[], rules: SessionRules, drawAt: (timeNs: number) => number) {
    this.#left = [...days];
    this.#rules = rules;
    this.#drawAt = drawAt;
  }

  get phase(): SessionPhase | null {
    return this.#phases?.[0] ?? null;
  }

  /** Everything that happens at a ns, up to an auction that waits for its answer. */
  tick(timeNs: number): void {
    this.now = timeNs;
    while (this.pending === null && this.#step());
  }

  halt(scope: 0 | 1, reason: string, state: number, untilNs: number, isForDay = false): void {
    this.halts[scope] = { state, untilNs, isForDay };
    const { pending } = this;
    const isOfSchedule = this.interruption === null;
    this.pending = null;
    if (pending !== null) this.actions.push({ kind: 'auctionMissed', timeNs: this.now, auction: pending });
    this.interruption = null;
    this.#tell('halt', reason);
    if (pending !== null && isOfSchedule) this.#leavePhase();
  }

  resume(scope: 0 | 1): void {
    if (this.halts[scope] === null) return;
    this.halts[scope] = null;
    const plan = this.#rules.reopening;
    const isTrading = this.phase !== null && isMatching(this.phase.state);
    if (this.halts[0] === null && this.halts[1] === null && plan !== null && isTrading) {
      this.#interrupt(
        plan.state,
        plan.uncross,
        this.now + plan.callNs,
        plan.randomNsMax,
        plan.imbalanceEveryNs,
      );
    }
    this.#tell('resume');
  }

  interrupt(request: InterruptRequest): boolean {
    const plan = this.#rules.interruptions[request.phase];
    if (request.phase === 'halt' || request.phase === 'closed') {
      const isForDay = request.phase === 'closed' && request.untilNs === Number.POSITIVE_INFINITY;
      this.halt(request.scope === 'market' ? 1 : 0, request.rule, plan.state, request.untilNs, isForDay);
      return true;
    }
    if (!isMatching(this.state)) return false;
    this.#interrupt(plan.state, plan.uncross, request.untilNs, request.randomNsMax, plan.imbalanceEveryNs);
    this.#tell('interrupt', request.rule);
    return true;
  }

  setStatus(state: number, untilNs: number): boolean {
    const isTrading = this.phase !== null && isMatching(this.phase.state);
    const isCalling = this.pending !== null || this.interruption?.isAuction === true;
    if (!isTrading || isCalling || this.halts[0] !== null || this.halts[1] !== null) return false;
    this.#interrupt(state, isCollecting(state), untilNs, 0, null);
    this.#tell('interrupt', 'status');
    return true;
  }

  endCall(): boolean {
    if (this.halts[0] !== null || this.halts[1] !== null || this.pending !== null) return false;
    if (this.interruption !== null) this.#leaveInterruption();
    else if (this.phase?.uncross && isCollecting(this.phase.state)) this.#reachEnd();
    else return false;
    return true;
  }

  complete(): void {
    this.pending = null;
    this.#mayCross = false;
    if (this.interruption !== null) {
      this.interruption = null;
      this.#tell('interruptionOver');
    } else this.#leavePhase();
  }

  extend(untilNs: number, randomMax: number): void {
    this.pending = null;
    if (this.interruption !== null) Object.assign(this.interruption, { untilNs, randomMax });
    else {
      this.#untilNs = untilNs;
      this.#randomMax = randomMax;
    }
    this.#tell('extended');
  }

  /** One thing that is due now; false if nothing is. */
  #step(): boolean {
    const { now, actions } = this;
    const day = this.#left[0];
    if (this.#phases === null && day !== undefined && now >= day.phases[0]!.fromNs) {
      this.#isExpired = false;
      this.#marks = [...day.marks];
      actions.push({ kind: 'dayStarted', timeNs: now, tradingDay: day.tradingDay });
      this.#enter([...day.phases]);
      return true;
    }
    if (this.#phases !== null && now >= this.#untilNs) {
      const extra = this.#randomMax > 0 ? Math.floor(this.#drawAt(now) * (this.#randomMax + 1)) : 0;
      this.#randomMax = 0;
      this.#untilNs += extra;
      if (extra === 0) this.#reachEnd();
      return true;
    }
    for (const scope of [1, 0] as const) {
      const halt = this.halts[scope];
      if (halt === null || halt.isForDay || now < halt.untilNs) continue;
      this.resume(scope);
      return true;
    }
    if (this.interruption !== null && now >= this.interruption.untilNs) {
      const extra =
        this.interruption.randomMax > 0
          ? Math.floor(this.#drawAt(now) * (this.interruption.randomMax + 1))
          : 0;
      this.interruption.randomMax = 0;
      this.interruption.untilNs += extra;
      if (extra === 0) this.#leaveInterruption();
      return true;
    }
    return this.#stepInside();
  }

  #stepInside(): boolean {
    const { now, actions } = this;
    if (this.#openWindows()) return true;
    const mark = this.#marks[0];
    if (this.#phases !== null && mark !== undefined && now >= mark.atNs) {
      actions.push({ kind: 'mark', timeNs: now, name: mark.name });
      this.#marks.shift();
      return true;
    }
    const publication = this.#publicationNow();
    if (publication === null || this.#publishedAt === now) return false;
    this.#publishedAt = now;
    actions.push({ kind: 'publishImbalance', timeNs: now, ...publication });
    return true;
  }

  #publicationNow(): { auction: Auction; isEarly: boolean } | null {
    const { now, interruption, phase } = this;
    if (interruption !== null) {
      const { everyNs, sinceNs } = interruption;
      const isDue = everyNs !== null && now > sinceNs && (now - sinceNs) % everyNs === 0;
      return isDue ? { auction: 'reopening', isEarly: false } : null;
    }
    const auction = this.#phases?.find(({ uncross }) => uncross !== null)?.uncross;
    if (phase === null || !auction) return null;
    const span = phase.imbalances.find(
      ({ fromNs, untilNs, everyNs }) =>
        now >= fromNs && (now < untilNs || untilNs === phase.untilNs) && (now - fromNs) % everyNs === 0,
    );
    return span === undefined ? null : { auction, isEarly: span.isEarly };
  }

  #openWindows(): boolean {
    const { phase, now } = this;
    const opened = (phase?.windows ?? []).filter(
      (window) =>
        now >= window.fromNs &&
        (now < window.untilNs || window.untilNs === phase!.untilNs) &&
        !this.#seenWindows.has(window),
    );
    for (const window of opened) {
      this.#seenWindows.add(window);
      this.actions.push({ kind: 'windowOpened', timeNs: now, window: window.name });
    }
    return opened.length > 0;
  }

  #reachEnd(): void {
    const { uncross } = this.phase!;
    const isHalted = this.halts[0] !== null || this.halts[1] !== null;
    if (uncross !== null && isHalted) {
      this.actions.push({ kind: 'auctionMissed', timeNs: this.now, auction: uncross });
    }
    if (uncross === null || isHalted) {
      this.#leavePhase();
      return;
    }
    this.interruption = null;
    this.#freeze(uncross);
  }

  #freeze(auction: Auction): void {
    this.pending = auction;
    this.#tell('frozen');
    this.actions.push({ kind: 'uncross', timeNs: this.now, auction });
  }

  #leavePhase(): void {
    this.#enter(this.#phases!.slice(1));
  }

  /** Enters the first phase that is not over. */
  #enter(phases: SessionPhase[]): void {
    this.#phases = phases;
    const phase = phases[0];
    if (phase === undefined) {
      this.#leaveDay();
      return;
    }
    if (phase.expiresDay) this.#expire();
    this.#untilNs = Math.max(phase.untilNs, this.now + phase.lengthNsMin);
    if (this.#untilNs <= this.now) {
      if (phase.uncross !== null) {
        this.actions.push({ kind: 'auctionMissed', timeNs: this.now, auction: phase.uncross });
      }
      this.#enter(phases.slice(1));
      return;
    }
    this.#randomMax = phase.randomEndNsMax;
    this.#seenWindows = new Set();
    const isOver = this.interruption !== null && !isMatching(phase.state);
    if (isOver) this.#forgetInterruption(phase.state);
    this.#tell(isOver ? 'preempted' : 'schedule');
    this.#openWindows();
  }

  #leaveDay(): void {
    this.#expire();
    for (const scope of [0, 1]) if (this.halts[scope]?.isForDay) this.halts[scope] = null;
    this.#left.shift();
    this.#phases = null;
    const next = this.#left[0];
    if (next !== undefined && next.phases[0]!.fromNs <= this.now) return;
    this.#forgetInterruption(CLOSED);
    this.#tell('schedule');
  }

  #forgetInterruption(state: number): void {
    if (this.interruption?.isAuction && !isCollecting(state)) {
      this.actions.push({ kind: 'auctionMissed', timeNs: this.now, auction: 'reopening' });
    }
    this.interruption = null;
  }

  #expire(): void {
    if (this.#isExpired) return;
    this.#isExpired = true;
    this.actions.push({ kind: 'dayExpired', timeNs: this.now, tradingDay: this.#left[0]!.tradingDay });
  }

  #leaveInterruption(): void {
    if (this.interruption!.isAuction) this.#freeze('reopening');
    else {
      this.interruption = null;
      this.#tell('interruptionOver');
    }
  }

  #interrupt(
    state: number,
    isAuction: boolean,
    untilNs: number,
    randomMax: number,
    everyNs: number | null,
  ): void {
    this.interruption = {
      state,
      isAuction,
      sinceNs: this.now,
      untilNs: Math.max(this.now, untilNs),
      randomMax,
      everyNs,
    };
  }

  #tell(cause: Cause, reason = ''): void {
    const stateBefore = this.state;
    const scheduled = this.phase?.state ?? CLOSED;
    const halt = this.halts[1] ?? this.halts[0];
    if (!isStoppable(scheduled)) this.state = scheduled;
    else if (halt !== null) this.state = halt.state;
    else if (this.pending !== null) this.state = frozenState(this.pending);
    else this.state = this.interruption?.state ?? scheduled;
    if (this.#mayCross && this.pending === null && isMatching(this.state)) {
      this.#interrupt(VOLATILITY_AUCTION, true, this.now, 0, null);
      this.state = VOLATILITY_AUCTION;
    }
    if (isCollecting(this.state)) this.#mayCross = true;
    if (this.state === stateBefore && cause !== 'schedule' && cause !== 'extended') return;
    const phase = this.phase?.name ?? '';
    this.actions.push({
      kind: 'phaseChanged',
      timeNs: this.now,
      phase,
      state: this.state,
      stateBefore,
      cause,
      reason,
    });
  }
}
