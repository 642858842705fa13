/** Trading days of a scenario on the clock of its place: what a time in the file is held against before anything is planned. */

import { TwinError } from '../base/index.ts';
import {
  dayEndNs,
  dayNumberOf,
  dayStartNs,
  type LocalToNs,
  regularHours,
  type SessionDay,
  splitDay,
} from '../market/index.ts';
import { nsOfDay } from './clock-time.ts';
import { mainVenueOf } from './listed.ts';
import { hoursOf, type Scenario } from './schema.ts';
import { firstTradingDays, readVenue } from './venues/venue-config.ts';

const DAY_NS = 86_400_000_000_000;

/** Times in ns since local midnight of the trading day, below zero on the evening before. */
export interface LocalDay {
  /** YYYY-MM-DD. */
  readonly tradingDay: string;
  readonly startNs: number;
  readonly endNs: number;
  /** End of regular trading. */
  readonly closeNs: number;
}

/** In order; null where the venue itself has problems, which the plan of the run tells. */
export function localDays(scenario: Scenario): LocalDay[] | null {
  const main = mainVenueOf(scenario);
  if (main === undefined) {
    const [startNs, endNs] = [hoursOf(scenario).open, hoursOf(scenario).close].map(nsOfDay);
    return [{ tradingDay: scenario.date, startNs: startNs!, endNs: endNs!, closeNs: endNs! }];
  }
  const toNs = localScale(scenario.date);
  try {
    const venue = readVenue(main, { isTimeZone: () => true });
    return firstTradingDays(venue, scenario.date, scenario.days, toNs).map((day) => localDay(day, toNs));
  } catch (error) {
    if (error instanceof TwinError) return null;
    throw error;
  }
}

function localDay(day: SessionDay, toNs: LocalToNs): LocalDay {
  const midnightNs = toNs(day.tradingDay, 0);
  return {
    tradingDay: day.tradingDay,
    startNs: dayStartNs(day) - midnightNs,
    endNs: dayEndNs(day) - midnightNs,
    closeNs: regularHours(day).closeNs - midnightNs,
  };
}

/** Local times on one scale, as if no clock were ever changed. */
function localScale(firstDay: string): LocalToNs {
  const first = dayNumberOf(splitDay(firstDay));
  return (date, nsOfDay) => (dayNumberOf(splitDay(date)) - first) * DAY_NS + nsOfDay;
}
