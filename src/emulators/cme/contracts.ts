/** Instruments as CME names them: product, kind, period; from their definitions, else read off the symbol. */

import type { CanonicalRecord } from '../../data/index.ts';
import type { Stage } from '../contract.ts';
import { allRecords } from '../records.ts';

export type ProductType = 'FUT' | 'OOF';
export const PRODUCT_TYPES: readonly string[] = ['FUT', 'OOF'];

export interface Contract {
  readonly symbol: string;
  readonly definition: CanonicalRecord<'definition'> | null;
  readonly productCode: string;
  readonly productType: ProductType;
  /** 'YYYYMM'; empty where neither definition nor symbol tells it. */
  readonly periodCode: string;
  readonly isSpread: boolean;
  /** Number of the instrument, of the vendor or our own. */
  readonly id: string;
}

/** Letters of the months of delivery, January first. */
const MONTHS = 'FGHJKMNQUVXZ';
const SYMBOL = /^([A-Z0-9]{1,6}?)([FGHJKMNQUVXZ])(\d{1,2})(?: |$)/;
/** Ids of instruments that no definition numbers. */
const OWN_IDS = 900_000;

/** All instruments, by symbol: those that are defined and those that trade. */
export async function contractsOf(stage: Stage): Promise<ReadonlyMap<string, Contract>> {
  const definitions = new Map<string, CanonicalRecord<'definition'> | null>(
    [...stage.market.instruments.values()].map(({ symbol, definition }) => [symbol, definition]),
  );
  for (const record of await allRecords(stage, 'definition')) definitions.set(record.symbol, record);
  const year = new Date(Number(stage.nowNs() / 1_000_000n)).getUTCFullYear();
  return new Map(
    [...definitions].map(([symbol, definition], at) => [
      symbol,
      contractOf(symbol, definition, { year, id: String(OWN_IDS + at) }),
    ]),
  );
}

function contractOf(
  symbol: string,
  definition: CanonicalRecord<'definition'> | null,
  { year, id }: { readonly year: number; readonly id: string },
): Contract {
  const [, code, month = '', digits = ''] = SYMBOL.exec(symbol) ?? [];
  const period =
    month === '' ? '' : `${yearOf(digits, year)}${String(MONTHS.indexOf(month) + 1).padStart(2, '0')}`;
  return {
    symbol,
    definition,
    productCode: definition?.productCode ?? code ?? symbol,
    productType:
      definition?.assetClass === 'futureOption' || definition?.assetClass === 'option' ? 'OOF' : 'FUT',
    periodCode: definition?.expiry?.slice(0, 7).replace('-', '') ?? period,
    isSpread: definition?.assetClass === 'spread',
    id: definition?.vendorId ?? id,
  };
}

/** The year that one or two last digits mean: the nearest from five years back on. */
function yearOf(digits: string, year: number): number {
  const span = digits.length === 1 ? 10 : 100;
  const from = year - span / 2;
  return from + ((((Number(digits) - from) % span) + span) % span);
}
