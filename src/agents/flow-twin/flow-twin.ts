// hot: bench/flow.ts
/**
 * The flow of a whole market as one agent that acts as it was fitted to a record (fidelity.md §3, §4.1): every order of a book
 * that nobody else sent is its own. It sees and acts like all others, so that a strategy beside it stands in the same queues.
 */

import { type BinaryReader, type BinaryWriter, TwinError, type Xoshiro128 } from '../../base/index.ts';
import {
  type AgentGroup,
  type AgentPort,
  BUY,
  EV_CANCELED,
  EV_EXPIRED,
  EV_REJECTED,
  EV_TRADE,
  SELL,
  type Side,
} from '../../domain/index.ts';
import { drawOf, exponential, HawkesExcitation, halvedBy } from '../../math/index.ts';
import {
  ACTIONS,
  actionOf,
  CANCEL_AT,
  CANCEL_BEHIND,
  FLOW_TYPES,
  MARKET_HIT,
  meanSignAfter,
  sideOf,
  typeOf,
} from './actions.ts';
import { Analogs, STATES, stateOf, tempoAfter } from './analogs.ts';
import {
  binOf,
  FEATURE_LEVELS,
  FEATURES,
  featuresOf,
  GAP,
  isLargeTick,
  LARGE_TICK_EDGES_MAX,
  SPREAD,
} from './features.ts';
import { FlowActs, LEVELS_MIN } from './flow-acts.ts';
import { ForeignFlow } from './foreign-flow.ts';
import { FOLLOWS_MOVE, FOLLOWS_REACTION, HistoryDraws } from './history.ts';
import { LostBest } from './lost-best.ts';
import { checkFlowModel, type FlowModel } from './model.ts';
import { OwnOrders } from './own-orders.ts';
import { SeenBook } from './seen-book.ts';
import { Thread } from './thread.ts';

/** An order that stands in the book when the twin begins. */
export interface StandingOrder {
  readonly side: Side;
  readonly priceTicks: number;
  readonly lots: number;
  /** How long it has stood already, ns. */
  readonly ageNs: number;
}

/** Where a twin goes on from: the market at one instant of the record. */
export interface FlowStart {
  /** The book, in the order of its queues. */
  readonly orders: readonly StandingOrder[];
  /** Memory of the Hawkes process, R_jk at j * decays + k; null: nothing has happened. */
  readonly memory: Float64Array | null;
  /** Entries of the history that lie before it; 0: the twin lives at no instant of the record. */
  readonly present: number;
  /** Last event before it, and FOLLOWS_* of it; FLOW_TYPES: none. */
  readonly lastType: number;
  readonly lastBefore: number;
  /** Mean sign of the market orders before it, -1 to 1. */
  readonly meanSign: number;
  /** Mean log delay between the events before it (analogs.ts). */
  readonly tempo: number;
  /** `LostBest.ticks`. */
  readonly lostTicks: ArrayLike<number>;
  /** Arrivals of the recent past over those that the intensities expected: how much busier the market is than they know. */
  readonly pace: number;
}

export interface FlowTwinParameters {
  readonly name: string;
  readonly instrument: number;
  readonly model: FlowModel;
  readonly start: FlowStart;
  /** When it acts, ns since the run's epoch; null: from the start of the run to its end. */
  readonly active: { readonly fromNs: number; readonly untilNs: number } | null;
  /** False: it acts by intensities from the start, as it does while what others took is felt. True if absent. */
  readonly follows?: boolean;
}

/** Seconds without an arrival after which the clock looks anew: excitations have faded and the profile may have turned. */
const LOOK_S = 60;
/** Time after which half of a pace that is above or below 1 is left, s. */
export const PACE_HALF_LIFE_S = 60;
/** Events that came to nothing, one after another, after which the intensities have their turn. */
const IDLE_MAX = 20;
const NS_PER_S = 1e9;
const DAY_NS = 86_400 * NS_PER_S;
/** What a wake is for: to act as planned, or to plan. */
const ACT = 0;
const PLAN = 1;
const PLANS_MASK = (1 << 29) - 1;

export class FlowTwin implements AgentGroup {
  readonly name: string;
  readonly count = 1;
  readonly feeds = 0;
  readonly answers = 'endings';
  readonly #parameters: FlowTwinParameters;
  readonly #model: FlowModel;
  readonly #orders = new OwnOrders();
  readonly #draws: HistoryDraws;
  readonly #analogs: Analogs;
  readonly #thread = new Thread();
  readonly #follows: boolean;
  readonly #state = new Float64Array(STATES);
  readonly #acts: FlowActs;
  readonly #excitation: HawkesExcitation;
  readonly #factors = new Float64Array(FLOW_TYPES);
  readonly #intensities = new Float64Array(FLOW_TYPES);
  readonly #features = new Float64Array(FEATURES);
  readonly #book = new SeenBook();
  #port!: AgentPort;
  #random!: Xoshiro128;
  #agent = 0;
  #beganNs = 0;
  /** Up to when time has passed for the excitation. */
  #passedNs = 0;
  #lastType: number;
  #lastBefore: number;
  #meanSign: number;
  /** Mean log delay between events, and when the last one was. */
  #tempo: number;
  #lastNs = 0;
  /** Events in a row that came to nothing. */
  #idle = 0;
  readonly #lost = new LostBest();
  readonly #foreign: ForeignFlow;
  /** The event to come, the entry of the record that it does again (-1: none), and whether it is a reaction. */
  #nextType = FLOW_TYPES;
  #nextEntry = -1;
  #isReaction = false;
  /** Number of the plan at hand: wakes of others are void. */
  #plan = 0;
  /** The excitation when the plan was made. */
  readonly #keptExcitation: Float64Array;
  #keptNs = 0;
  /** Instant and type of the last order of others that hit these, and whether what it took is put back. */
  #metNs = -1;
  #metType = FLOW_TYPES;
  #putsBack = false;
  /** Best prices before the last event. */
  #bestBid = 0;
  #bestAsk = 0;
  /** Whether the event to come replaces the order that was cancelled at the same instant. */
  #isReplace = false;

  /** Raises CALIBRATION_MODEL, WORLD_CONFIG. */
  constructor(parameters: FlowTwinParameters) {
    const { model, start, name } = parameters;
    checkFlowModel(model);
    this.#parameters = parameters;
    this.#model = model;
    this.name = name;
    this.#draws = new HistoryDraws(
      model.history,
      classesOf(model.edges[SPREAD]!),
      classesOf(model.edges[GAP]!),
      start.present,
      isLargeTick(model.edges),
    );
    this.#follows = parameters.follows ?? true;
    this.#analogs = new Analogs(model.history, model.signs.memory, start.present);
    this.#tempo = start.tempo;
    this.#acts = new FlowActs(
      parameters.instrument,
      model,
      this.#draws,
      this.#orders,
      this.#thread,
      this.#book,
      this.#lost,
    );
    this.#excitation = new HawkesExcitation({ ...model, typeCount: FLOW_TYPES });
    if (start.memory !== null) this.#excitation.remember(start.memory);
    this.#keptExcitation = this.#excitation.values.slice();
    this.#lastType = start.lastType;
    this.#lastBefore = start.lastBefore;
    this.#meanSign = start.meanSign;
    this.#lost.ticks.set(start.lostTicks);
    this.#foreign = new ForeignFlow(model.latentLots);
    for (const side of [BUY, SELL]) {
      if (start.orders.filter((order) => order.side === side).length < LEVELS_MIN)
        throw new TwinError('WORLD_CONFIG', 'a flow twin begins with a book of two sides', {
          twin: name,
          side,
        });
    }
  }

  start(port: AgentPort, first: number, random: Xoshiro128): void {
    this.#port = port;
    this.#agent = first;
    this.#random = random;
    this.#acts.connect(port, first, random);
    const nowNs = port.nowNs;
    for (const { side, priceTicks, lots, ageNs } of this.#parameters.start.orders) {
      this.#acts.rest(side, priceTicks, lots, nowNs - ageNs);
    }
    const fromNs = Math.max(nowNs, this.#parameters.active?.fromNs ?? 0);
    this.#passedNs = fromNs;
    this.#beganNs = fromNs;
    this.#lastNs = fromNs;
    // Wakes come behind all that happens at their instant: the book stands by then.
    port.wakeAt(first, fromNs, PLAN);
  }

  onWake(_agent: number, tag: number): void {
    if (tag >> 1 !== this.#plan) return;
    const nowNs = this.#port.nowNs;
    const isTwoSided = this.#book.look(this.#port, this.#agent, this.#parameters.instrument);
    if ((tag & 1) === PLAN) {
      this.#pass(nowNs);
      this.#planNext(nowNs, isTwoSided);
    } else {
      if (isTwoSided) this.#act(this.#nextType, this.#isReaction, nowNs);
      this.#port.wakeAt(this.#agent, nowNs, (this.#plan << 1) | PLAN);
    }
  }

  onPrivate(
    _agent: number,
    kind: number,
    _code: number,
    _instrument: number,
    ref: number,
    priceTicks: number,
    qtyLots: number,
    leavesLots: number,
  ): void {
    if (kind === EV_TRADE) {
      const isDisplayed = this.#orders.lots[ref] !== 0;
      const side = this.#orders.side[ref] as Side;
      if (leavesLots === 0) this.#remove(ref);
      else this.#orders.reduce(ref, leavesLots);
      if (isDisplayed && this.#port.nowNs !== this.#acts.hitNs) this.#meet(side, priceTicks, qtyLots);
    } else if (kind === EV_CANCELED || kind === EV_REJECTED || kind === EV_EXPIRED) {
      this.#remove(ref);
    }
  }

  #remove(ref: number): void {
    this.#orders.remove(ref);
    this.#thread.forget(ref);
  }

  onFeed(): void {}

  writeState(writer: BinaryWriter): void {
    writer.section('flowTwin');
    this.#orders.writeState(writer);
    this.#acts.writeState(writer);
    this.#foreign.writeState(writer);
    this.#lost.writeState(writer);
    this.#thread.writeState(writer);
    for (const value of [this.#metNs, this.#tempo, this.#lastNs]) writer.float64(value);
    for (const value of [this.#nextEntry, this.#idle]) writer.int32(value);
    writer.array(this.#excitation.values);
    writer.array(this.#keptExcitation);
    for (const value of [this.#beganNs, this.#passedNs, this.#keptNs, this.#meanSign]) writer.float64(value);
    for (const value of [
      this.#lastType,
      this.#lastBefore,
      this.#nextType,
      Number(this.#isReaction),
      this.#plan,
      this.#bestBid,
      this.#bestAsk,
      Number(this.#isReplace),
      this.#metType,
      Number(this.#putsBack),
    ])
      writer.int32(value);
  }

  readState(reader: BinaryReader): void {
    reader.section('flowTwin');
    this.#orders.readState(reader);
    this.#acts.readState(reader);
    this.#foreign.readState(reader);
    this.#lost.readState(reader);
    this.#thread.readState(reader);
    this.#metNs = reader.float64();
    this.#tempo = reader.float64();
    this.#lastNs = reader.float64();
    this.#nextEntry = reader.int32();
    this.#idle = reader.int32();
    this.#excitation.values.set(reader.float64Array());
    this.#keptExcitation.set(reader.float64Array());
    this.#beganNs = reader.float64();
    this.#passedNs = reader.float64();
    this.#keptNs = reader.float64();
    this.#meanSign = reader.float64();
    this.#lastType = reader.int32();
    this.#lastBefore = reader.int32();
    this.#nextType = reader.int32();
    this.#isReaction = reader.int32() === 1;
    this.#plan = reader.int32();
    this.#bestBid = reader.int32();
    this.#bestAsk = reader.int32();
    this.#isReplace = reader.int32() === 1;
    this.#metType = reader.int32();
    this.#putsBack = reader.int32() === 1;
  }

  /** Lets the excitation fade up to now. */
  #pass(nowNs: number): void {
    if (nowNs > this.#passedNs) this.#excitation.pass((nowNs - this.#passedNs) / NS_PER_S);
    this.#passedNs = nowNs;
  }

  /**
   * Somebody else's order hit one of these. What it takes is put back as a whole or not at all (foreign-flow.ts): if it is, the book
   * is as it was and nothing has happened.
   */
  #meet(side: Side, priceTicks: number, lots: number): void {
    const nowNs = this.#port.nowNs;
    const type = typeOf(side, MARKET_HIT);
    const isNew = nowNs !== this.#metNs || type !== this.#metType;
    this.#foreign.take(side, lots, nowNs);
    if (isNew) {
      this.#metNs = nowNs;
      this.#metType = type;
      const untilNs = this.#parameters.active?.untilNs ?? Number.MAX_SAFE_INTEGER;
      this.#putsBack = this.#random.nextDouble() < this.#foreign.putBackShare(side) && nowNs < untilNs;
      if (!this.#putsBack) this.#noteMet(type, nowNs);
    }
    if (this.#putsBack) this.#acts.rest(side, priceTicks, lots, nowNs);
  }

  /** An order of others is an event like any other, and the plan that was made before it is void. */
  #noteMet(type: number, nowNs: number): void {
    this.#excitation.values.set(this.#keptExcitation);
    this.#passedNs = this.#keptNs;
    this.#pass(nowNs);
    // Signs of market orders last because large orders are split, not because others follow them (Toth et al., 2015).
    const meanSign = this.#meanSign;
    this.#noteEvent(type, 0, nowNs);
    this.#meanSign = meanSign;
    this.#thread.stop();
    this.#keptExcitation.set(this.#excitation.values);
    this.#keptNs = nowNs;
    this.#plan = (this.#plan + 1) & PLANS_MASK;
    this.#port.wakeAt(this.#agent, nowNs, (this.#plan << 1) | PLAN);
  }

  /**
   * Finds the next event: what came next in the record where the market was like this one, or, where it never was, what the last event
   * brings about at once, or else an arrival.
   */
  #planNext(nowNs: number, isTwoSided: boolean): void {
    this.#keptExcitation.set(this.#excitation.values);
    this.#keptNs = nowNs;
    this.#nextType = FLOW_TYPES;
    this.#nextEntry = -1;
    this.#isReaction = false;
    if (!isTwoSided) {
      this.#refill(nowNs);
      return;
    }
    this.#noteMove();
    if (this.#follows && !this.#foreign.isFelt(nowNs) && this.#follow(nowNs)) return;
    if (this.#lastType !== FLOW_TYPES && this.#react(nowNs)) return;
    this.#arrive(nowNs);
  }

  /** Goes on with the record, or begins anew where it was like this; false where it never was, or comes to nothing here. */
  #follow(nowNs: number): boolean {
    const { history, reactionNs } = this.#model;
    const thread = this.#thread;
    const state = this.#state;
    stateOf(this.#book, this.#tempo, this.#meanSign, state);
    if (thread.entry < 0 || !this.#analogs.goesOn(thread.entry, state)) {
      const isStuck = this.#idle > IDLE_MAX;
      const entry = isStuck ? -1 : this.#analogs.find(this.#random, state, this.#lastType, nowNs);
      if (entry < 0) {
        this.#idle = 0;
        thread.stop();
        return false;
      }
      thread.begin(entry);
    }
    const next = thread.entry + 1;
    this.#nextEntry = next;
    this.#nextType = history.type[next]!;
    this.#isReaction = history.delayNs[next]! < reactionNs;
    this.#isReplace = false;
    this.#wake(nowNs + history.delayNs[next]!, ACT);
    return true;
  }

  /** A side that others have emptied gets orders again where it was last. */
  #refill(nowNs: number): void {
    for (const side of [BUY, SELL] as const) {
      if (this.#book.touchOf(side) === 0)
        this.#acts.refill(side, side === BUY ? this.#bestBid : this.#bestAsk, nowNs);
    }
    this.#wake(nowNs + this.#model.reactionNs + 1, PLAN);
  }

  /** An event within the reaction time, as one followed in the record; false if none does. */
  #react(nowNs: number): boolean {
    const { history, reactionNs } = this.#model;
    const spread = this.#book.spreadTicks;
    const lastSide = sideOf(this.#lastType);
    const entry = this.#draws.follower(
      this.#random,
      actionOf(this.#lastType),
      this.#lastBefore,
      spread,
      this.#book.gapOf(lastSide),
      this.#book.touchOf(lastSide),
      this.#book.touchOf(lastSide === BUY ? SELL : BUY),
    );
    if (entry < 0 || history.delayNs[entry]! >= reactionNs) return false;
    const isSameSide = sideOf(history.type[entry]!) === sideOf(history.typeBefore[entry]!);
    const side: Side = isSameSide ? lastSide : lastSide === BUY ? SELL : BUY;
    const action = actionOf(history.type[entry]!);
    const isSignDrawn = action === MARKET_HIT && actionOf(this.#lastType) !== MARKET_HIT;
    this.#nextType = typeOf(isSignDrawn ? this.#drawSign() : side, action);
    this.#isReaction = true;
    this.#isReplace = history.delayNs[entry] === 0 && isSameSide && isCancel(this.#lastType);
    this.#wake(nowNs + history.delayNs[entry]!, ACT);
    return true;
  }

  /** An event by intensities, drawn by thinning: between events they only fall. */
  #arrive(nowNs: number): void {
    const excitation = this.#excitation;
    const intensities = this.#intensities;
    const random = this.#random;
    this.#setFactors(nowNs);
    let waitedS = this.#lastType === FLOW_TYPES ? 0 : this.#model.reactionNs / NS_PER_S;
    excitation.pass(waitedS);
    let bound = excitation.intensities(this.#factors, intensities);
    for (;;) {
      const step = exponential(random) / bound;
      if (!(waitedS + step < LOOK_S)) {
        excitation.pass(Math.max(0, LOOK_S - waitedS));
        this.#passedNs = nowNs + LOOK_S * NS_PER_S;
        this.#wake(this.#passedNs, PLAN);
        return;
      }
      waitedS += step;
      excitation.pass(step);
      const total = excitation.intensities(this.#factors, intensities);
      if (random.nextDouble() * bound <= total) {
        this.#nextType = drawOf(intensities, random.nextDouble() * total);
        break;
      }
      bound = total;
    }
    if (actionOf(this.#nextType) === MARKET_HIT) this.#nextType = typeOf(this.#drawSign(), MARKET_HIT);
    this.#isReplace = false;
    this.#passedNs = nowNs + Math.round(waitedS * NS_PER_S);
    this.#wake(this.#passedNs, ACT);
  }

  /** Wakes at a time, or never where it no longer acts then. */
  #wake(timeNs: number, phase: number): void {
    const untilNs = this.#parameters.active?.untilNs ?? Number.MAX_SAFE_INTEGER;
    if (timeNs < untilNs) this.#port.wakeAt(this.#agent, timeNs, (this.#plan << 1) | phase);
  }

  #setFactors(nowNs: number): void {
    const { edges, factors, profile } = this.#model;
    const features = this.#features;
    const step = Math.floor(((nowNs % DAY_NS) - profile.fromNs) / profile.stepNs);
    const of = profile.factors[Math.min(Math.max(step, 0), profile.factors.length - 1)]!;
    const common =
      of *
      (1 +
        (this.#parameters.start.pace - 1) * halvedBy((nowNs - this.#beganNs) / NS_PER_S, PACE_HALF_LIFE_S));
    for (const side of [BUY, SELL] as const) {
      featuresOf(this.#book, 0, FEATURE_LEVELS, side, features);
      for (let action = 0; action < ACTIONS; action++) this.#factors[typeOf(side, action)] = common;
      for (let f = 0; f < FEATURES; f++) {
        const bins = edges[f]!.length + 1;
        const bin = binOf(edges[f]!, features[f]!);
        const values = factors[f]!;
        for (let action = 0; action < ACTIONS; action++)
          this.#factors[typeOf(side, action)]! *= values[action * bins + bin]!;
      }
    }
  }

  /** Side that a market order hits: signs of market orders remember those before. */
  #drawSign(): Side {
    const { edges, buyShare } = this.#model.signs;
    return this.#random.nextDouble() < buyShare[binOf(edges, this.#meanSign)]! ? SELL : BUY;
  }

  #act(type: number, isReaction: boolean, nowNs: number): void {
    this.#bestBid = this.#book.bidTicks[0]!;
    this.#bestAsk = this.#book.askTicks[0]!;
    const entry = this.#nextEntry;
    const isDone = this.#acts.act(type, nowNs, this.#isReplace, entry);
    if (entry >= 0) this.#thread.entry = entry;
    this.#idle = isDone ? 0 : this.#idle + 1;
    this.#noteEvent(type, isReaction ? FOLLOWS_REACTION : 0, nowNs);
  }

  #noteEvent(type: number, before: number, nowNs: number): void {
    this.#excitation.add(type);
    this.#tempo = tempoAfter(this.#tempo, nowNs - this.#lastNs);
    this.#lastNs = nowNs;
    this.#lastType = type;
    this.#lastBefore = before;
    if (actionOf(type) !== MARKET_HIT) return;
    this.#meanSign = meanSignAfter(this.#meanSign, type, this.#model.signs.memory);
  }

  /** Whether the last event moved a best price shows once its order has arrived. */
  #noteMove(): void {
    const { bidTicks, askTicks } = this.#book;
    if (this.#bestAsk !== 0 && (bidTicks[0] !== this.#bestBid || askTicks[0] !== this.#bestAsk))
      this.#lastBefore |= FOLLOWS_MOVE;
    this.#bestBid = bidTicks[0]!;
    this.#bestAsk = askTicks[0]!;
    this.#lost.see(this.#bestBid, this.#bestAsk);
  }
}

function isCancel(type: number): boolean {
  const action = actionOf(type);
  return action === CANCEL_AT || action === CANCEL_BEHIND;
}

/** Classes that tell reactions apart: a large tick has so few spreads that each is one. */
function classesOf(edges: Float64Array): Float64Array {
  return edges.length <= LARGE_TICK_EDGES_MAX ? edges : edges.filter((_, bin) => bin % 2 === 1);
}
