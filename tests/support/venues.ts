/** The venues of configs/venues as a scenario holds them, ready to be read. */

import { fileURLToPath } from 'node:url';
import { readVenue, type Venue, type VenueConfig, venueSchema } from '../../src/scenarios/index.ts';
import { resolveVenue, ZONE_CLOCK } from '../../src/services/index.ts';

const FOLDER = fileURLToPath(new URL('../../configs/venues', import.meta.url));

export const VENUES = [
  'nasdaq',
  'nyse',
  'xetra',
  'lse',
  'cme',
  'crypto-spot',
  'crypto-perp',
  'fx',
  'options',
] as const;

export function venueConfig(name: string): VenueConfig {
  return venueSchema.parse(resolveVenue(name, FOLDER));
}

export function venueOf(name: string): Venue {
  return readVenue(venueConfig(name), ZONE_CLOCK);
}
