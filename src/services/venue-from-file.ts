/** A venue file, or a preset, as what `createVenue` takes: its sessions, auctions, breakers, entry checks and rules. */

import { TwinError } from '../base/index.ts';
import { defineInstrument, type InstrumentSpec, parseTicks, UNDEF_INT32 } from '../domain/index.ts';
import { dayStartNs, plusDays, type VenueConfig } from '../market/index.ts';
import { firstTradingDays, nsOfDay, parseVenue, readVenue } from '../scenarios/index.ts';
import { resolveVenue } from './resolve-venue.ts';
import { ZONE_CLOCK } from './zoned-time.ts';

const CLOCK = /^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,3})?)?$/;

export interface VenueFileOptions {
  readonly instruments: readonly InstrumentSpec[];
  /** The first trading day is this date or the next one after it, YYYY-MM-DD. */
  readonly date: string;
  /** Trading days; 1 if absent. */
  readonly days?: number;
  /** Close of the day before, by symbol. */
  readonly referencePrices?: Readonly<Record<string, string | number>>;
  /** Where paths in the venue begin; the working folder if absent. */
  readonly folder?: string;
}

export interface VenueFromFile {
  /** For `createVenue`; more can be added to it. */
  readonly config: VenueConfig;
  /** A local time of the nth trading day (1 is the first), HH:MM, HH:MM:SS or HH:MM:SS.mmm, as time of the venue, ns. */
  readonly at: (clock: string, day?: number) => number;
  readonly timeZone: string;
  /** Trading days, YYYY-MM-DD. */
  readonly tradingDays: readonly string[];
}

/**
 * Reads a venue: the name of a preset, the path of a file, or its content, as the key `venue` of a scenario. Its gateway, fees and
 * regard for other venues are for worlds. Raises SCENARIO_CONFIG and MKT_CONFIG with every problem.
 */
export function venueFromFile(venue: unknown, options: VenueFileOptions): VenueFromFile {
  const { instruments, date, days = 1, referencePrices = {}, folder = '.' } = options;
  const read = readVenue(parseVenue(resolveVenue(venue, folder), 'venue'), ZONE_CLOCK);
  const defined = instruments.map((instrument, index) => defineInstrument(instrument, index));
  read.requireSymbols(defined);
  for (const symbol of Object.keys(referencePrices))
    if (!defined.some((instrument) => instrument.symbol === symbol))
      throw new TwinError('MKT_CONFIG', 'reference prices are of listed symbols', {
        symbol,
        listed: defined.map((instrument) => instrument.symbol).join(', '),
      });
  const { timeZone } = read.sessions;
  // A trading day may start on the evening before.
  const toNs = ZONE_CLOCK.localClock(timeZone, ZONE_CLOCK.midnightNs(date, timeZone));
  const startsBefore = dayStartNs(firstTradingDays(read, date, days, toNs)[0]!) < 0;
  const epochDay = startsBefore ? plusDays(date, -1) : date;
  const clock = ZONE_CLOCK.localClock(timeZone, ZONE_CLOCK.midnightNs(epochDay, timeZone));
  const sessionDays = firstTradingDays(read, date, days, clock);
  const index = read.createIndex(defined);
  const tradingDays = sessionDays.map(({ tradingDay }) => tradingDay);
  return {
    timeZone,
    tradingDays,
    at: (time, day = 1) => {
      const on = tradingDays[day - 1];
      if (on === undefined || !CLOCK.test(time))
        throw new TwinError(
          'SIM_TIME',
          'a time is HH:MM, HH:MM:SS or HH:MM:SS.mmm of one of the trading days',
          {
            time,
            day,
            tradingDays: tradingDays.length,
          },
        );
      return clock(on, nsOfDay(time));
    },
    config: {
      instruments,
      rules: read.rules,
      managed: read.managed,
      listing: (instrument) => {
        const price = referencePrices[instrument.symbol];
        const ticks = price === undefined ? UNDEF_INT32 : parseTicks(instrument, price);
        return read.createListing(instrument, sessionDays, ticks, index);
      },
    },
  };
}
