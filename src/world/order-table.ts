// hot: bench/simulation.ts
/** Who owns an order: the dense order id to agent and the agent's own number for it. */

import type { BinaryReader, BinaryWriter } from '../base/index.ts';

export class OrderTable {
  #agentOf = new Int32Array(4096);
  #refOf = new Int32Array(4096);
  /** Per agent: its own order number to the order id that the number last stood for. */
  readonly #idsByRef: Int32Array[] = [];
  #lastOrderId = 0;

  constructor(agentCount: number) {
    for (let agent = 0; agent < agentCount; agent++) this.#idsByRef.push(new Int32Array(8));
  }

  /** Notes a new order; ids come in increasing order. */
  add(orderId: number, agent: number, ref: number): void {
    if (orderId >= this.#agentOf.length) this.#grow();
    this.#agentOf[orderId] = agent;
    this.#refOf[orderId] = ref;
    this.#lastOrderId = orderId;
    let ids = this.#idsByRef[agent]!;
    if (ref >= ids.length) {
      const grown = new Int32Array(Math.max(ids.length * 2, ref + 1));
      grown.set(ids);
      ids = grown;
      this.#idsByRef[agent] = grown;
    }
    ids[ref] = orderId;
  }

  agentOf(orderId: number): number {
    return this.#agentOf[orderId]!;
  }

  refOf(orderId: number): number {
    return this.#refOf[orderId]!;
  }

  /** Order id of an agent's own number, 0 if it never used it. */
  idOf(agent: number, ref: number): number {
    const ids = this.#idsByRef[agent]!;
    return ref >= 0 && ref < ids.length ? ids[ref]! : 0;
  }

  writeState(writer: BinaryWriter): void {
    writer.section('orderTable');
    writer.array(this.#agentOf, this.#lastOrderId + 1);
    writer.array(this.#refOf, this.#lastOrderId + 1);
    for (const ids of this.#idsByRef) writer.array(ids);
  }

  readState(reader: BinaryReader): void {
    reader.section('orderTable');
    const agents = reader.int32Array();
    this.#lastOrderId = agents.length - 1;
    while (this.#agentOf.length < agents.length) this.#grow();
    this.#agentOf.set(agents);
    this.#refOf.set(reader.int32Array());
    for (let agent = 0; agent < this.#idsByRef.length; agent++) this.#idsByRef[agent] = reader.int32Array();
  }

  #grow(): void {
    const capacity = this.#agentOf.length * 2;
    const agents = new Int32Array(capacity);
    const refs = new Int32Array(capacity);
    agents.set(this.#agentOf);
    refs.set(this.#refOf);
    this.#agentOf = agents;
    this.#refOf = refs;
  }
}
