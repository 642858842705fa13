// hot: bench/simulation.ts
/**
 * Which venue lists which instrument, and which instruments are the same product elsewhere. An agent has a link of its own to
 * each venue: link = venue * agents + agent, so that with one venue a link has the number of its agent.
 */

import { type BinaryReader, type BinaryWriter, TwinError } from '../base/index.ts';
import type { Instrument } from '../domain/index.ts';

export class VenueMap {
  readonly names: readonly string[];
  /** Venue of each instrument. */
  readonly venueOf: Int32Array;
  /** Number of the first agent's link to the venue of each instrument. */
  readonly linkBase: Int32Array;
  /** Instruments of the same product by instrument, itself among them, in their order. */
  readonly siblings: readonly (readonly number[])[];
  readonly linkCount: number;

  /** Raises WORLD_CONFIG for an instrument at a venue that is not named, and for two of one product at one venue. */
  constructor(names: readonly string[], instruments: readonly Instrument[], agentCount: number) {
    this.names = names;
    this.venueOf = Int32Array.from(instruments, ({ symbol, venue }) => {
      const found = venue === undefined ? 0 : names.indexOf(venue);
      if (found >= 0 && (venue !== undefined || names.length === 1)) return found;
      throw new TwinError('WORLD_CONFIG', 'an instrument names one of the venues', {
        symbol,
        venue,
        venues: names.join(', '),
      });
    });
    this.linkBase = this.venueOf.map((venue) => venue * agentCount);
    this.linkCount = names.length * agentCount;
    this.siblings = siblingsOf(instruments, this.venueOf);
  }

  get count(): number {
    return this.names.length;
  }

  /** Link of an agent to where an instrument is listed; an instrument that is not there belongs to the first venue. */
  linkOf(agent: number, instrument: number): number {
    return (this.linkBase[instrument] ?? 0) + agent;
  }
}

/** Instrument of the order that an agent has under a number of its own, as last sent: changes go to the same venue. */
export class RefInstruments {
  readonly #byAgent: Int32Array[];

  constructor(agentCount: number) {
    this.#byAgent = Array.from({ length: agentCount }, () => new Int32Array(8));
  }

  note(agent: number, ref: number, instrument: number): void {
    let refs = this.#byAgent[agent]!;
    if (ref >= refs.length) {
      const grown = new Int32Array(Math.max(2 * refs.length, ref + 1));
      grown.set(refs);
      this.#byAgent[agent] = grown;
      refs = grown;
    }
    refs[ref] = instrument;
  }

  of(agent: number, ref: number): number {
    return this.#byAgent[agent]![ref] ?? 0;
  }

  writeState(writer: BinaryWriter): void {
    writer.section('refInstruments');
    for (const refs of this.#byAgent) writer.array(refs);
  }

  readState(reader: BinaryReader): void {
    reader.section('refInstruments');
    for (let agent = 0; agent < this.#byAgent.length; agent++) this.#byAgent[agent] = reader.int32Array();
  }
}

function siblingsOf(instruments: readonly Instrument[], venueOf: Int32Array): readonly number[][] {
  const byProduct = new Map<string, number[]>();
  for (const { index, symbol, product = symbol } of instruments) {
    const found = byProduct.get(product) ?? [];
    byProduct.set(product, found);
    for (const other of found) requireAlike(instruments[other]!, instruments[index]!, venueOf);
    found.push(index);
  }
  return instruments.map(({ symbol, product = symbol }) => byProduct.get(product)!);
}

/** Prices and quantities of one product are compared across venues in ticks and lots. */
function requireAlike(one: Instrument, other: Instrument, venueOf: Int32Array): void {
  const symbols = `${one.symbol}, ${other.symbol}`;
  if (venueOf[one.index] === venueOf[other.index])
    throw new TwinError('WORLD_CONFIG', 'a venue lists a product once', { symbols });
  for (const name of ['tickSize', 'lotSize', 'currency', 'minorUnit'] as const) {
    if (one[name] === other[name]) continue;
    throw new TwinError('WORLD_CONFIG', `a product has the same ${name} at every venue`, {
      symbols,
      [name]: `${one[name]}, ${other[name]}`,
    });
  }
}
