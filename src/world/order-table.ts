// hot: bench/simulation.ts
/**
 * Who owns an order: the dense order id to agent and the agent's own number (ref) for it, and back. Both are flat: a look
 * at an old order is one cache miss, not one per column.
 */

import type { BinaryReader, BinaryWriter } from '../base/index.ts';
import type { Side } from '../domain/index.ts';
import * as domain from '../domain/index.ts';
import { QuoteRefs } from './quote-refs.ts';

// V8 folds constants of this module into machine code, but reads imported ones from memory at each use.
const { EV_CARRIED, EV_QUOTED, HEAD_SIDE_SHIFT, RECORD_WORDS, WORD_ORDER, WORD_OTHER, WORD_OTHER_LEAVES } =
  domain;

/** Refs that each agent has room for at first. */
const REFS_AT_FIRST = 8;

export class OrderTable {
  /** Numbers of quotes, whose orders get their ids at the venue. */
  readonly quotes = new QuoteRefs();
  /** Agent and ref of order id i at 2 i and 2 i + 1. */
  #owners = new Int32Array(8192);
  #lastOrderId = 0;
  /** Order ids by ref: those of one agent stand together, from its base on. */
  #ids: Int32Array;
  /** Per agent: base and room in `#ids`, at 2 agent and 2 agent + 1. */
  #places: Int32Array;
  /** First word of `#ids` that no agent has. */
  #idsEnd: number;

  constructor(agentCount: number) {
    this.#idsEnd = agentCount * REFS_AT_FIRST;
    this.#ids = new Int32Array(this.#idsEnd);
    this.#places = new Int32Array(2 * agentCount);
    for (let agent = 0; agent < agentCount; agent++) {
      this.#places[2 * agent] = agent * REFS_AT_FIRST;
      this.#places[2 * agent + 1] = REFS_AT_FIRST;
    }
  }

  /** Notes a new order; ids come in increasing order. */
  add(orderId: number, agent: number, ref: number): void {
    if (2 * orderId >= this.#owners.length) this.#growOwners();
    this.#owners[2 * orderId] = agent;
    this.#owners[2 * orderId + 1] = ref;
    this.#lastOrderId = orderId;
    if (ref >= this.#places[2 * agent + 1]!) this.#makeRoom(agent, ref);
    this.#ids[this.#places[2 * agent]! + ref] = orderId;
  }

  /** Notes an order of a book that stands for another one, or is a part of it elsewhere: answers about it carry that one's ref, which keeps its own id. */
  addPart(orderId: number, originId: number): void {
    if (2 * orderId >= this.#owners.length) this.#growOwners();
    this.#owners[2 * orderId] = this.#owners[2 * originId]!;
    this.#owners[2 * orderId + 1] = this.#owners[2 * originId + 1]!;
    this.#lastOrderId = Math.max(this.#lastOrderId, orderId);
  }

  /** Orders of the book that stand for managed ones, or are quotes, are their owners' from their first record on. */
  addCarriers(words: Int32Array, from: number, to: number): void {
    for (let at = from * RECORD_WORDS; at < to * RECORD_WORDS; at += RECORD_WORDS) {
      const kind = words[at]! & 255;
      if (kind === EV_CARRIED) this.addPart(words[at + WORD_ORDER]!, words[at + WORD_OTHER_LEAVES]!);
      else if (kind === EV_QUOTED) this.#addQuote(words, at);
    }
  }

  #addQuote(words: Int32Array, at: number): void {
    const agent = words[at + WORD_OTHER]! - 1;
    const side = ((words[at]! >> HEAD_SIDE_SHIFT) & 1) as Side;
    this.add(words[at + WORD_ORDER]!, agent, this.quotes.refOf(agent, words[at + 1]!, side));
  }

  agentOf(orderId: number): number {
    return this.#owners[2 * orderId]!;
  }

  refOf(orderId: number): number {
    return this.#owners[2 * orderId + 1]!;
  }

  /** Order id of an agent's own number, 0 if it never used it. */
  idOf(agent: number, ref: number): number {
    return ref >= 0 && ref < this.#places[2 * agent + 1]! ? this.#ids[this.#places[2 * agent]! + ref]! : 0;
  }

  writeState(writer: BinaryWriter): void {
    writer.section('orderTable');
    writer.array(this.#owners, 2 * (this.#lastOrderId + 1));
    writer.array(this.#places);
    writer.array(this.#ids, this.#idsEnd);
    this.quotes.writeState(writer);
  }

  readState(reader: BinaryReader): void {
    reader.section('orderTable');
    const owners = reader.int32Array();
    this.#lastOrderId = owners.length / 2 - 1;
    while (this.#owners.length < owners.length) this.#growOwners();
    this.#owners.set(owners);
    this.#places = reader.int32Array();
    this.#ids = reader.int32Array();
    this.#idsEnd = this.#ids.length;
    this.quotes.readState(reader);
  }

  #growOwners(): void {
    const grown = new Int32Array(this.#owners.length * 2);
    grown.set(this.#owners);
    this.#owners = grown;
  }

  /** Moves an agent's ids behind all others, with twice the room. */
  #makeRoom(agent: number, ref: number): void {
    const base = this.#places[2 * agent]!;
    const room = this.#places[2 * agent + 1]!;
    const wanted = Math.max(2 * room, ref + 1);
    if (this.#idsEnd + wanted > this.#ids.length) {
      const grown = new Int32Array(Math.max(2 * this.#ids.length, this.#idsEnd + wanted));
      grown.set(this.#ids.subarray(0, this.#idsEnd));
      this.#ids = grown;
    }
    this.#ids.copyWithin(this.#idsEnd, base, base + room);
    this.#places[2 * agent] = this.#idsEnd;
    this.#places[2 * agent + 1] = wanted;
    this.#idsEnd += wanted;
  }
}
