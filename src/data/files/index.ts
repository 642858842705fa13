/** Every file format, in the order in which they are asked whether a file is theirs. A new one is added here and nowhere else. */

import { FIX_FORMAT } from '../formats/fix/format.ts';
import { MDP_FORMAT } from '../formats/mdp/index.ts';
import type { FileFormat } from '../ingest/file-format.ts';
import { CRYPTO_FORMATS } from './crypto/index.ts';
import { DBN_FORMAT, ITCH_FORMAT, ITCH_PCAP_FORMAT, LOBSTER_FORMAT } from './mbo-formats.ts';

export const FILE_FORMATS: readonly FileFormat[] = [
  DBN_FORMAT,
  MDP_FORMAT,
  ITCH_PCAP_FORMAT,
  LOBSTER_FORMAT,
  ITCH_FORMAT,
  ...CRYPTO_FORMATS,
  FIX_FORMAT,
];
