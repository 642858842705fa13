/** Recordings and tables of crypto venues. */

import type { FileFormat } from '../../ingest/file-format.ts';
import { BINANCE_DEPTH_FORMAT } from './binance-depth.ts';
import { BITSTAMP_LOG_FORMAT, BITSTAMP_TABLE_FORMAT } from './bitstamp-orders.ts';
import { CRYPTOFEED_FORMAT } from './cryptofeed.ts';
import { GDAX_L2_FORMAT } from './gdax-l2.ts';
import { HFTBACKTEST_FORMAT } from './hftbacktest.ts';
import { TARDIS_CSV_FORMAT } from './tardis-csv.ts';
import { VENUE_JSON_FORMAT, VENUE_LINES_FORMAT } from './venue-json.ts';

export const CRYPTO_FORMATS: readonly FileFormat[] = [
  HFTBACKTEST_FORMAT,
  CRYPTOFEED_FORMAT,
  GDAX_L2_FORMAT,
  BITSTAMP_TABLE_FORMAT,
  BITSTAMP_LOG_FORMAT,
  TARDIS_CSV_FORMAT,
  BINANCE_DEPTH_FORMAT,
  VENUE_JSON_FORMAT,
  VENUE_LINES_FORMAT,
];
