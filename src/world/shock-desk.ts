/** Carries out the shocks of a world: what is done to whom when one begins and ends. */

import type { BinaryReader, BinaryWriter } from '../base/index.ts';
import {
  type AgentGroup,
  CANCEL_DISCONNECTED,
  CANCEL_MASS,
  CMD_ROUTED,
  EV_SHOCK,
  type EventBuffer,
  HEAD_CODE_SHIFT,
  SHOCK_KIND_NAMES,
} from '../domain/index.ts';
import type { InterruptRequest, Venue } from '../market/index.ts';
import type { FeedPusher } from './feed-pusher.ts';
import type { AgentLinks } from './links.ts';
import type { MarketData } from './market-data.ts';
import type { OrderRouter } from './order-router.ts';
import type { Shock } from './shocks.ts';
import type { VenueMap } from './venue-map.ts';

export interface ShockParts {
  readonly venue: Venue;
  readonly events: EventBuffer;
  readonly groups: readonly AgentGroup[];
  /** First agent of each group. */
  readonly firstOf: readonly number[];
  readonly toVenue: AgentLinks;
  readonly toAgents: AgentLinks;
  /** By venue. */
  readonly marketData: readonly MarketData[];
  readonly feeds: FeedPusher;
  readonly agentCount: number;
  readonly venues: VenueMap;
  /** Null where no venue routes. */
  readonly router: OrderRouter | null;
}

/** Indices of groups, or of venues; null = all of them. */
type Places = readonly number[] | null;

export class ShockDesk {
  readonly #shocks: readonly Shock[];
  readonly #parts: ShockParts;
  /** Outages and broken connections under way that keep an agent's commands from a venue, by link. */
  readonly #cutOff: Int32Array;
  /** 1 by shock while it lasts. */
  readonly #isOn: Uint8Array;

  constructor(shocks: readonly Shock[], parts: ShockParts) {
    this.#shocks = shocks;
    this.#parts = parts;
    this.#cutOff = new Int32Array(parts.venues.linkCount);
    this.#isOn = new Uint8Array(shocks.length);
  }

  /** Whether the venue takes the command at word `at` from nobody now, or not from this agent. */
  isCutOff(agent: number, words: Int32Array, at: number): boolean {
    const instrument = words[at + 1]!;
    // Parts of orders come from other venues, whatever their owners' connections do.
    if (words[at] === CMD_ROUTED) return this.isDown(this.#parts.venues.venueOf[instrument]!);
    return this.#cutOff[this.#parts.venues.linkOf(agent, instrument)] !== 0;
  }

  /** Whether a venue refuses everybody now. */
  isDown(venue: number): boolean {
    return this.#isLasting('outage', venue);
  }

  begin(nowNs: number, index: number): void {
    const shock = this.#shocks[index]!;
    const { venue, marketData, feeds } = this.#parts;
    this.#isOn[index] = 1;
    this.#say(nowNs, shock, index, 0);
    switch (shock.kind) {
      case 'halt':
        this.#forInstruments(shock.instruments, (at) => {
          if (shock.isForDay) venue.interrupt(nowNs, at, closedForDay(shock.reason, at < 0));
          else venue.halt(nowNs, at, shock.reason, shock.untilNs);
        });
        return;
      case 'interrupt': {
        const { rule, phase, untilNs, randomNsMax } = shock;
        const request = { rule, phase, scope: 'instrument', untilNs, randomNsMax } as const;
        this.#forInstruments(shock.instruments, (at) => venue.interrupt(nowNs, at, request));
        return;
      }
      case 'holdCall':
        this.#forInstruments(shock.instruments, (at) => venue.holdCall(nowNs, at, shock.untilNs));
        return;
      case 'endCall':
        this.#forInstruments(shock.instruments, (at) => venue.endCall(nowNs, at));
        return;
      case 'status':
        this.#forInstruments(shock.instruments, (at) =>
          venue.setStatus(nowNs, at, shock.state, shock.untilNs),
        );
        return;
      case 'outage':
        this.#cutOffAgents(null, shock.venues, 1);
        return;
      case 'feedGap':
        this.#forVenues(shock.venues, (place) => {
          marketData[place]!.freeze(nowNs);
          feeds.hold(place);
        });
        return;
      case 'latency':
        this.#slow(shock.groups, shock.venues, shock.extraNs);
        return;
      case 'disconnect':
        this.#cutOffAgents(shock.groups, shock.venues, 1);
        if (shock.cancelsOrders) {
          this.#forAgents(shock.groups, (agent) => this.#cancelOrders(nowNs, agent, shock.venues));
        }
        return;
      case 'activity':
        this.#forGroups(shock.groups, (group) => this.#setActivity(group));
        return;
      case 'withdraw':
        this.#forAgents(shock.groups, (agent) => {
          venue.massCancel(nowNs, -1, agent + 1, CANCEL_MASS);
          this.#parts.router?.massCancel(-1, agent + 1, CANCEL_MASS);
        });
        return;
    }
  }

  end(nowNs: number, index: number): void {
    const shock = this.#shocks[index]!;
    this.#isOn[index] = 0;
    this.#say(nowNs, shock, index, 1);
    switch (shock.kind) {
      case 'outage':
        this.#cutOffAgents(null, shock.venues, -1);
        return;
      case 'feedGap':
        this.#forVenues(shock.venues, (place) => {
          if (this.#isLasting('feedGap', place)) return;
          this.#parts.marketData[place]!.thaw();
          this.#parts.feeds.release(place);
        });
        return;
      case 'latency':
        this.#slow(shock.groups, shock.venues, -shock.extraNs);
        return;
      case 'disconnect':
        this.#cutOffAgents(shock.groups, shock.venues, -1);
        return;
      case 'activity':
        this.#forGroups(shock.groups, (group) => this.#setActivity(group));
        return;
      default:
        // Halts, calls and states end by themselves.
        return;
    }
  }

  writeState(writer: BinaryWriter): void {
    writer.section('shocks');
    writer.array(this.#isOn);
    writer.array(this.#cutOff);
  }

  readState(reader: BinaryReader): void {
    reader.section('shocks');
    this.#isOn.set(reader.uint8Array());
    this.#cutOff.set(reader.int32Array());
  }

  #say(nowNs: number, shock: Shock, index: number, isEnd: number): void {
    const { events } = this.#parts;
    events.timeNs = nowNs;
    events.instrument = 0;
    const code = SHOCK_KIND_NAMES.indexOf(shock.kind);
    events.emit(EV_SHOCK | (code << HEAD_CODE_SHIFT), index, isEnd, 0, 0, 0, 0, 0);
  }

  /** Whether a shock of a kind is on at a venue. */
  #isLasting(kind: 'outage' | 'feedGap', venue: number): boolean {
    return this.#shocks.some(
      (shock, index) =>
        shock.kind === kind && this.#isOn[index] === 1 && (shock.venues?.includes(venue) ?? true),
    );
  }

  #forVenues(venues: Places, act: (venue: number) => void): void {
    (venues ?? this.#parts.venues.names.map((_, venue) => venue)).forEach(act);
  }

  #cutOffAgents(groups: Places, venues: Places, by: 1 | -1): void {
    this.#forLinks(groups, venues, (link) => {
      this.#cutOff[link]! += by;
    });
  }

  /** Cancels what an agent has in the books of some venues. */
  #cancelOrders(nowNs: number, agent: number, places: Places): void {
    const { venue, venues, router } = this.#parts;
    const cancelIn = (instrument: number): void => {
      venue.massCancel(nowNs, instrument, agent + 1, CANCEL_DISCONNECTED);
      router?.massCancel(instrument, agent + 1, CANCEL_DISCONNECTED);
    };
    if (places === null) {
      cancelIn(-1);
      return;
    }
    venues.venueOf.forEach((at, instrument) => {
      if (places.includes(at)) cancelIn(instrument);
    });
  }

  /** Factors of all that is on at once are multiplied. */
  #setActivity(group: number): void {
    const factors = { limit: 1, market: 1, cancel: 1 };
    this.#shocks.forEach((shock, index) => {
      if (shock.kind !== 'activity' || this.#isOn[index] === 0) return;
      if (shock.groups !== null && !shock.groups.includes(group)) return;
      factors.limit *= shock.limit;
      factors.market *= shock.market;
      factors.cancel *= shock.cancel;
    });
    this.#parts.groups[group]!.setActivity?.(factors);
  }

  #slow(groups: Places, venues: Places, extraNs: number): void {
    this.#forLinks(groups, venues, (link) => {
      this.#parts.toVenue.addDelay(link, extraNs);
      this.#parts.toAgents.addDelay(link, extraNs);
    });
  }

  /** All at once is said to the venue as all: a halt of the market is not the halts of its instruments. */
  #forInstruments(instruments: readonly number[] | null, act: (instrument: number) => void): void {
    if (instruments === null) act(-1);
    else for (const instrument of instruments) act(instrument);
  }

  #forGroups(groups: readonly number[] | null, act: (group: number) => void): void {
    (groups ?? this.#parts.groups.map((_, index) => index)).forEach(act);
  }

  #forLinks(groups: Places, venues: Places, act: (link: number) => void): void {
    const { agentCount, venues: all } = this.#parts;
    const places = venues ?? all.names.map((_, venue) => venue);
    this.#forAgents(groups, (agent) => {
      for (const venue of places) act(venue * agentCount + agent);
    });
  }

  #forAgents(groups: readonly number[] | null, act: (agent: number) => void): void {
    this.#forGroups(groups, (group) => {
      const first = this.#parts.firstOf[group]!;
      for (let agent = first; agent < first + this.#parts.groups[group]!.count; agent++) act(agent);
    });
  }
}

/** Closes the market, or one instrument, for the rest of its trading day. */
function closedForDay(rule: string, isMarket: boolean): InterruptRequest {
  const scope = isMarket ? 'market' : 'instrument';
  return { rule, phase: 'closed', scope, untilNs: Number.POSITIVE_INFINITY, randomNsMax: 0 };
}
