/** The option contracts of a world as they are now: corporate actions change their terms, and with them what a tick is worth. */

import { type BinaryReader, type BinaryWriter, TwinError } from '../base/index.ts';
import { type Instrument, minorPerTickLotOf, type OptionTerms, rootNumberOf } from '../domain/index.ts';

interface Contract {
  readonly terms: OptionTerms;
  /** How often an action changed what is delivered. */
  readonly rootNumber: number;
  readonly hasEnded: boolean;
}

export class Contracts {
  /** By instrument, of shares too: cash value of one lot at a price of one tick, minor units. */
  readonly minorPerTickLot: Float64Array;
  readonly #instruments: readonly Instrument[];
  /** By instrument; null for what is no option. */
  readonly #contracts: (Contract | null)[];

  /** Raises WORLD_CONFIG for a contract on something that is no share of the world. */
  constructor(instruments: readonly Instrument[]) {
    this.#instruments = instruments;
    this.minorPerTickLot = Float64Array.from(instruments, ({ minorPerTickLot }) => minorPerTickLot);
    this.#contracts = instruments.map(({ symbol, product, option }) =>
      option === undefined
        ? null
        : { terms: option, rootNumber: rootNumberOf(product ?? symbol, option) ?? 0, hasEnded: false },
    );
    for (const { symbol, option } of instruments) {
      if (option === undefined) continue;
      for (const name of [option.underlying, ...option.deliverable.others.map((other) => other.symbol)]) {
        if (this.listingOf(name) !== null) continue;
        throw new TwinError('WORLD_CONFIG', 'an option delivers shares that are instruments of its world', {
          symbol,
          delivers: name,
        });
      }
    }
  }

  /** Instruments that are options. */
  get indexes(): number[] {
    return this.#contracts.flatMap((contract, index) => (contract === null ? [] : [index]));
  }

  /** Terms of a contract as they are now; null for what is none, or has expired. */
  termsOf(instrument: number): OptionTerms | null {
    const contract = this.#contracts[instrument] ?? null;
    return contract === null || contract.hasEnded ? null : contract.terms;
  }

  rootNumberOf(instrument: number): number {
    return this.#contracts[instrument]?.rootNumber ?? 0;
  }

  /** First listing of a share by its symbol or product, as an index; null where it is not listed. */
  listingOf(symbol: string): number | null {
    const found = this.#instruments.findIndex(
      (one) => one.option === undefined && (one.product === symbol || one.symbol === symbol),
    );
    return found < 0 ? null : found;
  }

  change(instrument: number, terms: OptionTerms, rootNumber: number): void {
    this.#contracts[instrument] = { terms, rootNumber, hasEnded: false };
    this.minorPerTickLot[instrument] = minorPerTickLotOf(this.#instruments[instrument]!, terms.multiplier);
  }

  end(instrument: number): void {
    this.#contracts[instrument] = { ...this.#contracts[instrument]!, hasEnded: true };
  }

  writeState(writer: BinaryWriter): void {
    writer.section('contracts');
    writer.string(JSON.stringify(this.#contracts));
  }

  readState(reader: BinaryReader): void {
    reader.section('contracts');
    const contracts = JSON.parse(reader.string()) as (Contract | null)[];
    contracts.forEach((contract, index) => {
      if (contract === null) return;
      this.change(index, contract.terms, contract.rootNumber);
      if (contract.hasEnded) this.end(index);
    });
  }
}
