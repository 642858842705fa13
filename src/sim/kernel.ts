// hot: bench/simulation.ts
/**
 * The event loop: events happen in the order of (time, priority, sequence), and nothing else decides.
 *
 * An event is a record of 16 int32 words in a pool: kind, target, and 14 words that sender and receiver agree on. Whoever
 * schedules one gets the offset of its payload back and fills it in place. Events with an arbitrary time go through the
 * heap; those over a link of fixed delay through that link's lane. The sequence belongs to the kernel and is saved with it.
 */

import {
  type BinaryReader,
  type BinaryWriter,
  HEAP_ENTRIES_MAX,
  TimedHeap,
  TwinError,
} from '../base/index.ts';
import { Lane } from './lane.ts';

/** Events that may wait at the same time. */
export const EVENTS_PENDING_MAX = HEAP_ENTRIES_MAX;

export const EVENT_WORDS = 16;
/** Payload words of an event, behind kind and target. */
export const PAYLOAD_WORDS = EVENT_WORDS - 2;
/** 104 days: beyond it a double no longer holds every nanosecond. */
export const TIME_NS_MAX = Number.MAX_SAFE_INTEGER;
/** Lanes are compared one by one for each event: more links of fixed delay than this go through the heap. */
export const LANES_MAX = 8;
export const PRIORITY_MAX = 31;

const RANK_PER_PRIORITY = 2 ** 48;

/** Receives the events: `words[payloadAt ...]` is the payload; it may be overwritten once `handle` returns. */
export interface EventHandler {
  handle(kind: number, target: number, words: Int32Array, payloadAt: number): void;
}

export class Kernel {
  /** Simulated time, ns since the run's epoch. */
  nowNs = 0;
  /** Payload records. Replaced when the pool grows: read it after each schedule. */
  words = new Int32Array(1024 * EVENT_WORDS);
  /** Events handled so far. */
  handledCount = 0;
  readonly #queue = new TimedHeap();
  readonly #lanes: Lane[] = [];
  /** Times and ranks of the lanes' first events, see Lane. */
  readonly #laneHeads = new Float64Array(2 * LANES_MAX);
  #sequence = 0;
  #freeHead = 0;
  #fresh = 1;
  #isStopped = false;

  /** Events that wait. */
  get pendingCount(): number {
    let count = this.#queue.size;
    for (const lane of this.#lanes) count += lane.size;
    return count;
  }

  /** Adds an event at a time of its own; returns the offset of its payload in `words`. */
  schedule(timeNs: number, priority: number, kind: number, target: number): number {
    if (!(timeNs >= this.nowNs && timeNs <= TIME_NS_MAX)) this.#refuseTime(timeNs);
    const slot = this.#allocate(kind, target);
    this.#queue.push(timeNs, priority * RANK_PER_PRIORITY + this.#sequence++, slot);
    return slot * EVENT_WORDS + 2;
  }

  /** Lets time begin at a later instant than the epoch. Only before anything is scheduled. */
  startAt(timeNs: number): void {
    if (this.#sequence !== 0 || !(timeNs >= 0 && timeNs <= TIME_NS_MAX)) this.#refuseTime(timeNs);
    this.nowNs = timeNs;
  }

  /** Number of the lane for a fixed delay, or -1 if LANES_MAX other delays have one: then use `schedule`. */
  laneFor(delayNs: number, priority: number): number {
    const known = this.#lanes.findIndex((lane) => lane.delayNs === delayNs && lane.priority === priority);
    if (known >= 0 || this.#lanes.length === LANES_MAX) return known;
    return this.#lanes.push(new Lane(delayNs, priority, this.#laneHeads, this.#lanes.length)) - 1;
  }

  /** Adds an event that arrives after its lane's delay; returns the offset of its payload in `words`. */
  send(laneNumber: number, kind: number, target: number): number {
    const lane = this.#lanes[laneNumber]!;
    const timeNs = this.nowNs + lane.delayNs;
    if (timeNs > TIME_NS_MAX) this.#refuseTime(timeNs);
    const slot = this.#allocate(kind, target);
    lane.push(timeNs, lane.priority * RANK_PER_PRIORITY + this.#sequence++, slot);
    return slot * EVENT_WORDS + 2;
  }

  /** Handles events up to and including `untilNs`, at most `countMax`; returns how many. Time then stands at the last event. */
  run(handler: EventHandler, untilNs: number, countMax = Number.POSITIVE_INFINITY): number {
    const queue = this.#queue;
    const lanes = this.#lanes;
    const laneCount = lanes.length;
    const heads = this.#laneHeads;
    this.#isStopped = false;
    let count = 0;
    while (count < countMax && !this.#isStopped) {
      let timeNs = queue.topTime;
      let rank = queue.topRank;
      let lane = -1;
      for (let i = 0; i < laneCount; i++) {
        const headTime = heads[2 * i]!;
        if (headTime < timeNs || (headTime === timeNs && heads[2 * i + 1]! < rank)) {
          lane = i;
          timeNs = headTime;
          rank = heads[2 * i + 1]!;
        }
      }
      if (timeNs > untilNs || timeNs === Number.POSITIVE_INFINITY) break;
      const slot = lane < 0 ? queue.pop() : lanes[lane]!.pop();
      this.nowNs = timeNs;
      const words = this.words;
      const at = slot * EVENT_WORDS;
      handler.handle(words[at]!, words[at + 1]!, words, at + 2);
      this.words[at] = this.#freeHead;
      this.#freeHead = slot;
      count++;
    }
    this.handledCount += count;
    return count;
  }

  /** Makes `run` return after the event at hand. */
  stop(): void {
    this.#isStopped = true;
  }

  writeState(writer: BinaryWriter): void {
    writer.section('kernel');
    writer.float64(this.nowNs);
    writer.float64(this.handledCount);
    writer.float64(this.#sequence);
    writer.int32(this.#freeHead);
    writer.int32(this.#fresh);
    writer.array(this.words, this.#fresh * EVENT_WORDS);
    this.#queue.writeState(writer);
    writer.int32(this.#lanes.length);
    for (const lane of this.#lanes) {
      writer.float64(lane.delayNs);
      writer.int32(lane.priority);
      lane.writeState(writer);
    }
  }

  readState(reader: BinaryReader): void {
    reader.section('kernel');
    this.nowNs = reader.float64();
    this.handledCount = reader.float64();
    this.#sequence = reader.float64();
    this.#freeHead = reader.int32();
    this.#fresh = reader.int32();
    const words = reader.int32Array();
    if (this.words.length < words.length) this.words = new Int32Array(words.length);
    this.words.set(words);
    this.#queue.readState(reader);
    this.#lanes.length = 0;
    const lanes = reader.int32();
    for (let i = 0; i < lanes; i++) {
      const lane = new Lane(reader.float64(), reader.int32(), this.#laneHeads, i);
      lane.readState(reader);
      this.#lanes.push(lane);
    }
  }

  #allocate(kind: number, target: number): number {
    let slot = this.#freeHead;
    if (slot !== 0) {
      this.#freeHead = this.words[slot * EVENT_WORDS]!;
    } else {
      if (this.#fresh * EVENT_WORDS === this.words.length) this.#grow();
      slot = this.#fresh++;
    }
    this.words[slot * EVENT_WORDS] = kind;
    this.words[slot * EVENT_WORDS + 1] = target;
    return slot;
  }

  #grow(): void {
    if (this.#fresh >= EVENTS_PENDING_MAX) {
      throw new TwinError('BASE_LIMIT', 'at most EVENTS_PENDING_MAX events wait', { events: this.#fresh });
    }
    const grown = new Int32Array(this.words.length * 2);
    grown.set(this.words);
    this.words = grown;
  }

  #refuseTime(timeNs: number): never {
    throw new TwinError('SIM_TIME', 'an event lies between now and 2^53 ns', { timeNs, nowNs: this.nowNs });
  }
}
