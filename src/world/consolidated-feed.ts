/** The consolidated feed: the market of every venue with one delay, the same for everybody who looks. */

import { BUY, type Side, UNDEF_INT32 } from '../domain/index.ts';
import type { DepthView } from './depth-view.ts';
import type { MarketData } from './market-data.ts';
import type { VenueMap } from './venue-map.ts';

export class ConsolidatedFeed {
  readonly #venues: VenueMap;
  /** By venue. */
  readonly #marketData: readonly MarketData[];
  readonly #viewClasses: readonly number[];

  /** `delayNs` is from a venue's publication to everybody. */
  constructor(venues: VenueMap, marketData: readonly MarketData[], delayNs: number) {
    this.#venues = venues;
    this.#marketData = marketData;
    this.#viewClasses = marketData.map((data) => data.classFor(delayNs));
  }

  view(nowNs: number, instrument: number): DepthView {
    const venue = this.#venues.venueOf[instrument]!;
    return this.#marketData[venue]!.view(this.#viewClasses[venue]!, instrument, nowNs);
  }

  /** When it shows something new next; Infinity while nothing is under way. */
  nextChangeNs(nowNs: number): number {
    const due = this.#marketData.map((data, venue) => data.nextChangeNs(this.#viewClasses[venue]!, nowNs));
    return Math.min(...due);
  }

  /** Best price of a product over its venues, UNDEF_INT32 if nobody shows that side. */
  bestTicks(nowNs: number, instrument: number, side: Side): number {
    let best = UNDEF_INT32;
    for (const sibling of this.#venues.siblings[instrument]!) {
      const ticks = this.view(nowNs, sibling).bestTicks(side);
      if (ticks === UNDEF_INT32) continue;
      if (best === UNDEF_INT32 || (side === BUY ? ticks > best : ticks < best)) best = ticks;
    }
    return best;
  }
}
