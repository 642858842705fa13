// hot: bench/simulation.ts
/**
 * One direction of all agents' links to the venues, by number (venue-map.ts). A link of constant delay goes through a lane of the
 * kernel (or the heap, when there are more distinct delays than lanes); one with a model draws each arrival, in the order of its
 * session.
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
  /** Extra delay by link while a link is slow, null while none ever was. */
  #extraNs: Float64Array | null = null;
  /** Last arrival by link: a link that was slow keeps its order when it is fast again. */
  #lastArrivalNs: Float64Array | null = null;

  /** Events of `kind` are put on the way with `priority`. */
  constructor(kernel: Kernel, kind: number, priority: number, linkCount: number) {
    this.#kernel = kernel;
    this.#kind = kind;
    this.#priority = priority;
    this.#lanes = new Int8Array(linkCount).fill(-1);
    this.#delaysNs = new Float64Array(linkCount);
    this.#models = new Array<LinkModel | null>(linkCount).fill(null);
    this.#randoms = new Array<Xoshiro128 | null>(linkCount).fill(null);
  }

  /** A link of constant delay, or one whose arrivals a model draws from a stream of its own. */
  connect(
    link: number,
    delayNs: number,
    createModel: (() => LinkModel) | undefined,
    stream: () => Xoshiro128,
  ): void {
    if (createModel === undefined) {
      this.#delaysNs[link] = delayNs;
      this.#lanes[link] = this.#kernel.laneFor(delayNs, this.#priority);
      return;
    }
    this.#models[link] = createModel();
    this.#randoms[link] = stream();
    this.#hasModels = true;
  }

  /** Makes a link slower by so much from now on, or less slow when below zero. */
  addDelay(link: number, extraNs: number): void {
    this.#extraNs ??= new Float64Array(this.#delaysNs.length);
    this.#lastArrivalNs ??= new Float64Array(this.#delaysNs.length);
    this.#extraNs[link]! += extraNs;
  }

  /** Puts an event on its way; returns the offset of its payload in the kernel's words. */
  send(link: number, agent: number): number {
    const kernel = this.#kernel;
    if (this.#extraNs !== null) return this.#sendDisturbed(link, agent);
    if (this.#hasModels) {
      const model = this.#models[link]!;
      if (model !== null) {
        const timeNs = model.arrivalNs(kernel.nowNs, this.#randoms[link]!);
        return kernel.schedule(timeNs, this.#priority, this.#kind, agent);
      }
    }
    const lane = this.#lanes[link]!;
    if (lane >= 0) return kernel.send(lane, this.#kind, agent);
    return kernel.schedule(kernel.nowNs + this.#delaysNs[link]!, this.#priority, this.#kind, agent);
  }

  #sendDisturbed(link: number, agent: number): number {
    const kernel = this.#kernel;
    const model = this.#models[link]!;
    const plainNs =
      model === null
        ? kernel.nowNs + this.#delaysNs[link]!
        : model.arrivalNs(kernel.nowNs, this.#randoms[link]!);
    const arrivalNs = Math.max(plainNs + this.#extraNs![link]!, this.#lastArrivalNs![link]!);
    this.#lastArrivalNs![link] = arrivalNs;
    return kernel.schedule(arrivalNs, this.#priority, this.#kind, agent);
  }

  writeState(writer: BinaryWriter): void {
    writer.section('links');
    for (const model of this.#models) model?.writeState(writer);
    writer.array(this.#extraNs ?? new Float64Array(0));
    writer.array(this.#lastArrivalNs ?? new Float64Array(0));
  }

  readState(reader: BinaryReader): void {
    reader.section('links');
    for (const model of this.#models) model?.readState(reader);
    const extraNs = reader.float64Array();
    const lastArrivalNs = reader.float64Array();
    this.#extraNs = extraNs.length === 0 ? null : extraNs;
    this.#lastArrivalNs = lastArrivalNs.length === 0 ? null : lastArrivalNs;
  }
}
