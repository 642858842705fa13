/**
 * What a command passes between its arrival at the venue and the matching engine (market-rules §6): one gateway that serves one
 * message after another, then a speed bump. Everybody's commands pass the same gateway, so that load makes delay.
 */

import type { BinaryReader, BinaryWriter, Xoshiro128 } from '../base/index.ts';
import type { Kernel } from '../sim/index.ts';
import type { BundleGateway } from './bundle-gateway.ts';
import { COMMAND_WORDS } from './gateway.ts';
import { KIND_SERVED, PRIORITY_COMMAND } from './kinds.ts';
import type { GatewayServer, SpeedBump } from './link-model.ts';

export interface EntrySpec {
  /** Null: messages are served at once. */
  readonly server: GatewayServer | null;
  readonly bump: SpeedBump | null;
}

export class EntryQueue {
  readonly #kernel: Kernel;
  readonly #spec: EntrySpec;
  readonly #random: Xoshiro128;
  readonly #bundles: BundleGateway;
  readonly #command = new Int32Array(COMMAND_WORDS);

  constructor(kernel: Kernel, bundles: BundleGateway, spec: EntrySpec, random: Xoshiro128) {
    this.#kernel = kernel;
    this.#bundles = bundles;
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
    if (bump !== null) timeNs = bump.inboundNs(timeNs, this.#bundles.isTaking(command, 0));
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
}
