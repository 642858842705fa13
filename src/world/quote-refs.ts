/** The numbers by which agents know their quotes: one for the bid and one for the ask of each instrument. */

import type { BinaryReader, BinaryWriter } from '../base/index.ts';
import { BUY, type Side } from '../domain/index.ts';

interface Pair {
  readonly bidRef: number;
  readonly askRef: number;
}

export class QuoteRefs {
  /** By agent, then by instrument. */
  readonly #byAgent = new Map<number, Map<number, Pair>>();

  /** Notes the numbers of a quote that has arrived at the venue. */
  note(agent: number, instrument: number, bidRef: number, askRef: number): void {
    let pairs = this.#byAgent.get(agent);
    if (pairs === undefined) {
      pairs = new Map();
      this.#byAgent.set(agent, pairs);
    }
    pairs.set(instrument, { bidRef, askRef });
  }

  /** The agent's number for its bid or ask in an instrument, 0 if it never quoted there. */
  refOf(agent: number, instrument: number, side: Side): number {
    const pair = this.#byAgent.get(agent)?.get(instrument);
    if (pair === undefined) return 0;
    return side === BUY ? pair.bidRef : pair.askRef;
  }

  writeState(writer: BinaryWriter): void {
    writer.section('quoteRefs');
    writer.int32(this.#byAgent.size);
    for (const [agent, pairs] of this.#byAgent) {
      writer.int32(agent);
      writer.array(
        Int32Array.from(
          [...pairs].flatMap(([instrument, { bidRef, askRef }]) => [instrument, bidRef, askRef]),
        ),
      );
    }
  }

  readState(reader: BinaryReader): void {
    reader.section('quoteRefs');
    this.#byAgent.clear();
    for (let left = reader.int32(); left > 0; left--) {
      const agent = reader.int32();
      const words = reader.int32Array();
      for (let at = 0; at < words.length; at += 3)
        this.note(agent, words[at]!, words[at + 1]!, words[at + 2]!);
    }
  }
}
