/** Fee presets of the repository, as tests use them. */

import { readdirSync, readFileSync } from 'node:fs';
import { BUY } from '../../src/domain/index.ts';
import {
  FeeAmounts,
  FeeEngine,
  type FeeFill,
  type FeeInstrument,
  type FeeSchedule,
} from '../../src/market/index.ts';
import { parseFeeSchedule, parseRegulatoryFees } from '../../src/scenarios/index.ts';

const FOLDER = new URL('../../configs/venues/fees/', import.meta.url);

export const FEE_FILES: readonly string[] = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'));
export const REGULATORY_FILE = 'us-regulatory.yaml';
export const VENUE_FILES = FEE_FILES.filter((name) => name !== REGULATORY_FILE);

export const readFeeFile = (name: string): string => readFileSync(new URL(name, FOLDER), 'utf8');
export const schedule = (venue: string): FeeSchedule =>
  parseFeeSchedule(readFeeFile(`${venue}.yaml`), `${venue}.yaml`);
export const regulatory = parseRegulatoryFees(readFeeFile(REGULATORY_FILE), REGULATORY_FILE);

/** Prices in 1e-4 dollars. */
export const SHARE: FeeInstrument = { tickSize: '0.0001', unitsPerLot: '1', multiplier: '1' };
export const OPTION: FeeInstrument = { tickSize: '0.01', unitsPerLot: '1', multiplier: '100' };
export const FUTURE: FeeInstrument = { tickSize: '0.25', unitsPerLot: '1', multiplier: '50' };
/** Prices in cents, quantities in 1e-8 coins. */
export const COIN: FeeInstrument = { tickSize: '0.01', unitsPerLot: '0.00000001', multiplier: '1' };

export const engineOf = (venue: string, instrument: FeeInstrument): FeeEngine =>
  new FeeEngine(schedule(venue), regulatory, instrument);

/** A displayed buy in continuous trading, unless the overrides say otherwise. */
export function fill(overrides: Partial<FeeFill>): FeeFill {
  return {
    day: '2025-03-13',
    session: 'continuous',
    side: BUY,
    liquidity: 'add',
    isDisplayed: true,
    isMidpoint: false,
    tape: 'none',
    auctionOrder: 'none',
    priceTicks: 200_000,
    qtyLots: 1000,
    tier: null,
    discount: null,
    ...overrides,
  };
}

export const feesOf = (engine: FeeEngine, overrides: Partial<FeeFill>): FeeAmounts =>
  engine.compute(fill(overrides), new FeeAmounts());
