/** DBN files of a few order-by-order records, for tests. */

import {
  DBN_UNDEF_U64,
  DbnMboWriter,
  type DbnMetadata,
  MBO_ADD,
  MboBatch,
  UNDEF_TS,
} from '../../src/data/index.ts';

export interface DbnRow {
  readonly action: number;
  readonly side: number;
  readonly id: number;
  /** In 1e-9 currency units. */
  readonly price: number;
  readonly qty: number;
  /** MBO_FLAG_*. */
  readonly flags: number;
  readonly instrument: number;
}

const METADATA: DbnMetadata = {
  version: 2,
  dataset: 'GLBX.MDP3',
  schemaId: 0,
  startNs: 0n,
  endNs: DBN_UNDEF_U64,
  limit: 0n,
  recordCount: null,
  stypeInId: 1,
  stypeOutId: 0,
  hasTsOut: false,
  symbolBytes: 71,
  symbols: [],
  partial: [],
  notFound: [],
  mappings: [],
};
const EPOCH_NS = 1_700_006_400_000_000_000n;

/** Records a second apart, of instrument 5 unless they say otherwise. */
export function dbnFile(rows: readonly Partial<DbnRow>[]): Uint8Array {
  const writer = new DbnMboWriter(METADATA, EPOCH_NS);
  const batch = new MboBatch(rows.length);
  for (const [r, row] of rows.entries()) {
    batch.tsEventNs[r] = r * 1e9;
    batch.tsRecvNs[r] = UNDEF_TS;
    batch.instrument[r] = row.instrument ?? 5;
    batch.action[r] = row.action ?? MBO_ADD;
    batch.side[r] = row.side ?? 0;
    batch.price[r] = Math.round(row.price ?? 0);
    batch.qty[r] = row.qty ?? 0;
    batch.orderIdLo[r] = row.id ?? 0;
    batch.flags[r] = row.flags ?? 0;
    writer.add(batch, r);
  }
  return writer.finish();
}
