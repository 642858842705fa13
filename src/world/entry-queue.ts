/**
 * What a command passes between its arrival at the venue and the matching engine (market-rules §6): one gateway that serves one
 * message after another, then a speed bump. Everybody's commands pass the same gateway, so that load makes delay.
 */

import type { BinaryReader, BinaryWriter, Xoshiro128 } from '../base/index.ts';
import {
  BUY,
  CMD_MANAGED,
  CMD_NEW,
  CMD_ROUTED,
  LIMIT,
  type Side,
  TERMS_TYPE_SHIFT,
  UNDEF_INT32,
} from '../domain/index.ts';
import type { Venue } from '../market/index.ts';
import type { Kernel } from '../sim/index.ts';
import { KIND_SERVED, PRIORITY_COMMAND } from './kinds.ts';
import type { GatewayServer, SpeedBump } from './link-model.ts';

export interface EntrySpec {
  /** Null: messages are served at once. */
  readonly server: GatewayServer | null;
  readonly bump: SpeedBump | null;
}

/** Payload words of a command, with those of an order that the venue looks after. */
const COMMAND_WORDS = 14;

export class EntryQueue {
  readonly #kernel: Kernel;
  readonly #venue: Venue;
  readonly #spec: EntrySpec;
  readonly #random: Xoshiro128;
  readonly #command = new Int32Array(COMMAND_WORDS);

  constructor(kernel: Kernel, venue: Venue, spec: EntrySpec, random: Xoshiro128) {
    this.#kernel = kernel;
    this.#venue = venue;
    this.#spec = spec;
    this.#random = random;
  }

  /** Takes a command that has arrived; it reaches the engine as an event of its own. */
  enter(agent: number, words: Int32Array, at: number): void {
    const kernel = this.#kernel;
    const command = this.#command;
    for (let i = 0; i < COMMAND_WORDS; i++) command[i] = words[at + i]!;
    const { server, bump } = this.#spec;
    let timeNs = server === null ? kernel.nowNs : server.departNs(kernel.nowNs, this.#random);
    if (bump !== null) timeNs = bump.inboundNs(timeNs, this.#isTaking(command));
    const to = kernel.schedule(timeNs, PRIORITY_COMMAND, KIND_SERVED, agent);
    kernel.words.set(command, to);
  }

  writeState(writer: BinaryWriter): void {
    writer.section('entry');
    this.#spec.server?.writeState(writer);
  }

  readState(reader: BinaryReader): void {
    reader.section('entry');
    this.#spec.server?.readState(reader);
  }

  /** Whether a new order would take liquidity as the book stands when it reaches the bump. */
  #isTaking(command: Int32Array): boolean {
    if (command[0] !== CMD_NEW && command[0] !== CMD_MANAGED && command[0] !== CMD_ROUTED) return false;
    const terms = command[3]!;
    if (((terms >> TERMS_TYPE_SHIFT) & 7) !== LIMIT) return true;
    const side = (terms & 1) as Side;
    const best = this.#venue.books[command[1]!]?.bestTicks((side ^ 1) as Side) ?? UNDEF_INT32;
    if (best === UNDEF_INT32) return false;
    return side === BUY ? command[4]! >= best : command[4]! <= best;
  }
}
