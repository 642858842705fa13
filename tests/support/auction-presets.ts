/** The auction presets of configs/venues/auctions, checked as a venue checks them. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { type AuctionConfig, checkAuctionConfig } from '../../src/market/index.ts';

const folder = fileURLToPath(new URL('../../configs/venues/auctions/', import.meta.url));

/** Names of all presets. */
export const AUCTION_PRESETS: readonly string[] = readdirSync(folder)
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => file.slice(0, -5))
  .sort();

/** One preset as it stands in its file. */
export function auctionPreset(name: string): AuctionConfig {
  return checkAuctionConfig(parse(readFileSync(join(folder, `${name}.yaml`), 'utf8')), name);
}
