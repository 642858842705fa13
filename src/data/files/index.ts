/** Every file format, in the order in which they are asked whether a file is theirs. A new one is added here and nowhere else. */

import { FIX_FORMAT } from '../formats/fix/format.ts';
import { MDP_FORMAT } from '../formats/mdp/index.ts';
import type { FileFormat } from '../ingest/file-format.ts';
import { DATABENTO_ACTIONS_FILE } from './actions/databento-actions.ts';
import { LEAN_ACTIONS_FILE } from './actions/lean-actions.ts';
import { CRYPTO_FORMATS } from './crypto/index.ts';
import { DBN_FILE } from './dbn/dbn-file.ts';
import { SEC_FACTS_FILE, SEC_FILE } from './filings/sec-file.ts';
import { THIRTEEN_F_FILE } from './filings/thirteen-f-file.ts';
import { ARK_FILE } from './holdings/ark-file.ts';
import { LEAN_FILE, LEAN_OPTIONS_FILE } from './lean/lean-file.ts';
import { ITCH_FILE, ITCH_PCAP_FILE } from './recordings/itch-file.ts';
import { LOBSTER_FILE } from './recordings/lobster-file.ts';
import { PITCH_FILE } from './recordings/pitch-file.ts';
import { CSV_FILE } from './tables/csv-file.ts';
import { DUKASCOPY_FILE } from './tables/dukascopy-file.ts';
import { PARQUET_FILE } from './tables/parquet-file.ts';
import { SERIES_FILE } from './tables/series-file.ts';

export const FILE_FORMATS: readonly FileFormat[] = [
  ...CRYPTO_FORMATS,
  MDP_FORMAT,
  FIX_FORMAT,
  LOBSTER_FILE,
  ITCH_FILE,
  ITCH_PCAP_FILE,
  DBN_FILE,
  PITCH_FILE,
  ARK_FILE,
  LEAN_ACTIONS_FILE,
  DATABENTO_ACTIONS_FILE,
  LEAN_FILE,
  LEAN_OPTIONS_FILE,
  DUKASCOPY_FILE,
  SEC_FILE,
  SEC_FACTS_FILE,
  THIRTEEN_F_FILE,
  SERIES_FILE,
  CSV_FILE,
  PARQUET_FILE,
];
