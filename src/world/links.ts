// hot: bench/simulation.ts
/**
 * One direction of all agents' links to the venue. A link of constant delay goes through a lane of the kernel (or the heap,
 * when there are more distinct delays than lanes); one with a model draws each arrival, in the order of its session.
 */

import type { BinaryReader, BinaryWriter, Xoshiro128 } from '../base/index.ts';
import type { Kernel } from '../sim/index.ts';
import type { LinkModel } from './link-model.ts';

export class AgentLinks {
  readonly #kernel: Kernel;
  readonly #kind: number;
  readonly #priority: number;
  readonly #lanes: Int8Array;
  readonly #delaysNs: Float64Array;
  readonly #models: (LinkModel | null)[];
  readonly #randoms: (Xoshiro128 | null)[];
  #hasModels = false;

  /** Events of `kind` are put on the way with `priority`. */
  constructor(kernel: Kernel, kind: number, priority: number, agentCount: number) {
    this.#kernel = kernel;
    this.#kind = kind;
    this.#priority = priority;
    this.#lanes = new Int8Array(agentCount).fill(-1);
    this.#delaysNs = new Float64Array(agentCount);
    this.#models = new Array<LinkModel | null>(agentCount).fill(null);
    this.#randoms = new Array<Xoshiro128 | null>(agentCount).fill(null);
  }

  connect(agent: number, delayNs: number): void {
    this.#delaysNs[agent] = delayNs;
    this.#lanes[agent] = this.#kernel.laneFor(delayNs, this.#priority);
  }

  /** A link whose arrivals `model` draws from a stream of its own. */
  connectModel(agent: number, model: LinkModel, random: Xoshiro128): void {
    this.#models[agent] = model;
    this.#randoms[agent] = random;
    this.#hasModels = true;
  }

  /** Puts an event on the agent's way; returns the offset of its payload in the kernel's words. */
  send(agent: number): number {
    const kernel = this.#kernel;
    if (this.#hasModels) {
      const model = this.#models[agent]!;
      if (model !== null) {
        const timeNs = model.arrivalNs(kernel.nowNs, this.#randoms[agent]!);
        return kernel.schedule(timeNs, this.#priority, this.#kind, agent);
      }
    }
    const lane = this.#lanes[agent]!;
    if (lane >= 0) return kernel.send(lane, this.#kind, agent);
    return kernel.schedule(kernel.nowNs + this.#delaysNs[agent]!, this.#priority, this.#kind, agent);
  }

  writeState(writer: BinaryWriter): void {
    writer.section('links');
    for (const model of this.#models) model?.writeState(writer);
  }

  readState(reader: BinaryReader): void {
    reader.section('links');
    for (const model of this.#models) model?.readState(reader);
  }
}
