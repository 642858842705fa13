// hot: bench/simulation.ts
/**
 * Accounts in double entry, in whole minor units and lots: each posting takes from one account what it gives another, so
 * that every asset's total stays what it was. `checkConservation` proves it; the world calls it as it runs.
 */

import { type BinaryReader, type BinaryWriter, invariant, TwinError } from '../base/index.ts';

export class Accounts {
  readonly count: number;
  readonly instrumentCount: number;
  /** Minor units by account. */
  #cash: Float64Array;
  /** Lots by account * instrumentCount + instrument. */
  #positions: Float64Array;

  constructor(count: number, instrumentCount: number) {
    this.count = count;
    this.instrumentCount = instrumentCount;
    this.#cash = new Float64Array(count);
    this.#positions = new Float64Array(count * instrumentCount);
  }

  cashMinor(account: number): number {
    return this.#cash[account]!;
  }

  positionLots(account: number, instrument: number): number {
    return this.#positions[account * this.instrumentCount + instrument]!;
  }

  /** Books a trade: the buyer's cash goes to the seller, the seller's lots go to the buyer. */
  postTrade(buyer: number, seller: number, instrument: number, qtyLots: number, notionalMinor: number): void {
    const cash = this.#cash;
    const toSeller = cash[seller]! + notionalMinor;
    const toBuyer = cash[buyer]! - notionalMinor;
    if (Math.abs(toSeller) > Number.MAX_SAFE_INTEGER || Math.abs(toBuyer) > Number.MAX_SAFE_INTEGER) {
      throw new TwinError('WORLD_CONFIG', 'cash of an account stays below 2^53 minor units', {
        buyer,
        seller,
        notionalMinor,
      });
    }
    if (buyer === seller) return;
    cash[seller] = toSeller;
    cash[buyer] = toBuyer;
    const positions = this.#positions;
    positions[buyer * this.instrumentCount + instrument]! += qtyLots;
    positions[seller * this.instrumentCount + instrument]! -= qtyLots;
  }

  /** Moves cash, which may be below zero, from one account to another. */
  transfer(from: number, to: number, amountMinor: number): void {
    this.#cash[from]! -= amountMinor;
    this.#cash[to]! += amountMinor;
  }

  /** Moves lots of an instrument, which may be below zero, from one account to another. */
  transferLots(from: number, to: number, instrument: number, lots: number): void {
    this.#positions[from * this.instrumentCount + instrument]! -= lots;
    this.#positions[to * this.instrumentCount + instrument]! += lots;
  }

  /** Throws BrokenInvariant if cash or lots were made or lost. */
  checkConservation(): void {
    let cash = 0;
    for (let account = 0; account < this.count; account++) cash += this.#cash[account]!;
    invariant(cash === 0, 'cash is conserved');
    for (let instrument = 0; instrument < this.instrumentCount; instrument++) {
      let lots = 0;
      for (let account = 0; account < this.count; account++) lots += this.positionLots(account, instrument);
      invariant(lots === 0, 'lots are conserved');
    }
  }

  writeState(writer: BinaryWriter): void {
    writer.section('accounts');
    writer.array(this.#cash);
    writer.array(this.#positions);
  }

  readState(reader: BinaryReader): void {
    reader.section('accounts');
    this.#cash = reader.float64Array();
    this.#positions = reader.float64Array();
  }
}
