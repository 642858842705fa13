/** Carries out the shocks of a world: what is done to whom when one begins and ends. */

import type { BinaryReader, BinaryWriter } from '../base/index.ts';
import {
  type AgentGroup,
  CANCEL_DISCONNECTED,
  CANCEL_MASS,
  EV_SHOCK,
  type EventBuffer,
  HEAD_CODE_SHIFT,
  SHOCK_KIND_NAMES,
} from '../domain/index.ts';
import type { Venue } from '../market/index.ts';
import type { AgentLinks } from './links.ts';
import type { MarketData } from './market-data.ts';
import type { Shock } from './shocks.ts';

export interface ShockParts {
  readonly venue: Venue;
  readonly events: EventBuffer;
  readonly groups: readonly AgentGroup[];
  /** First agent of each group. */
  readonly firstOf: readonly number[];
  readonly toVenue: AgentLinks;
  readonly toAgents: AgentLinks;
  readonly marketData: MarketData;
  readonly agentCount: number;
  readonly venueCount: number;
}

export class ShockDesk {
  readonly #shocks: readonly Shock[];
  readonly #parts: ShockParts;
  /** Shocks under way that keep an agent's commands from the venue, by agent. */
  readonly #cutOff: Int32Array;
  #outages = 0;

  constructor(shocks: readonly Shock[], parts: ShockParts) {
    this.#shocks = shocks;
    this.#parts = parts;
    this.#cutOff = new Int32Array(parts.agentCount);
  }

  /** Whether the venue takes nothing from an agent now. */
  isCutOff(agent: number): boolean {
    return this.#outages > 0 || this.#cutOff[agent] !== 0;
  }

  begin(nowNs: number, index: number): void {
    const shock = this.#shocks[index]!;
    const { venue, marketData, groups } = this.#parts;
    this.#say(nowNs, shock, index, 0);
    switch (shock.kind) {
      case 'halt':
        this.#forInstruments(shock.instruments, (at) => venue.halt(nowNs, at, shock.reason, shock.untilNs));
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
      case 'status':
        this.#forInstruments(shock.instruments, (at) =>
          venue.setStatus(nowNs, at, shock.state, shock.untilNs),
        );
        return;
      case 'outage':
        this.#outages++;
        return;
      case 'feedGap':
        marketData.freeze(nowNs);
        return;
      case 'latency':
        this.#slow(shock.groups, shock.extraNs);
        return;
      case 'disconnect':
        this.#forAgents(shock.groups, (agent) => {
          this.#cutOff[agent]!++;
          if (shock.cancelsOrders) venue.massCancel(nowNs, -1, agent + 1, CANCEL_DISCONNECTED);
        });
        return;
      case 'activity':
        this.#forGroups(shock.groups, (group) => groups[group]!.setActivity?.(shock));
        return;
      case 'withdraw':
        this.#forAgents(shock.groups, (agent) => venue.massCancel(nowNs, -1, agent + 1, CANCEL_MASS));
        return;
    }
  }

  end(nowNs: number, index: number): void {
    const shock = this.#shocks[index]!;
    this.#say(nowNs, shock, index, 1);
    switch (shock.kind) {
      case 'outage':
        this.#outages--;
        return;
      case 'feedGap':
        this.#parts.marketData.thaw();
        return;
      case 'latency':
        this.#slow(shock.groups, -shock.extraNs);
        return;
      case 'disconnect':
        this.#forAgents(shock.groups, (agent) => {
          this.#cutOff[agent]!--;
        });
        return;
      case 'activity':
        this.#forGroups(shock.groups, (group) =>
          this.#parts.groups[group]!.setActivity?.({ limit: 1, market: 1, cancel: 1 }),
        );
        return;
      default:
        // Halts, calls and states end by themselves.
        return;
    }
  }

  writeState(writer: BinaryWriter): void {
    writer.section('shocks');
    writer.int32(this.#outages);
    writer.array(this.#cutOff);
  }

  readState(reader: BinaryReader): void {
    reader.section('shocks');
    this.#outages = reader.int32();
    this.#cutOff.set(reader.int32Array());
  }

  #say(nowNs: number, shock: Shock, index: number, isEnd: number): void {
    const { events } = this.#parts;
    events.timeNs = nowNs;
    events.instrument = 0;
    const code = SHOCK_KIND_NAMES.indexOf(shock.kind);
    events.emit(EV_SHOCK | (code << HEAD_CODE_SHIFT), index, isEnd, 0, 0, 0, 0, 0);
  }

  #slow(groups: readonly number[] | null, extraNs: number): void {
    this.#forAgents(groups, (agent) => {
      const { toVenue, toAgents, agentCount, venueCount } = this.#parts;
      for (let venue = 0; venue < venueCount; venue++) {
        toVenue.addDelay(venue * agentCount + agent, extraNs);
        toAgents.addDelay(venue * agentCount + agent, extraNs);
      }
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

  #forAgents(groups: readonly number[] | null, act: (agent: number) => void): void {
    this.#forGroups(groups, (group) => {
      const first = this.#parts.firstOf[group]!;
      for (let agent = first; agent < first + this.#parts.groups[group]!.count; agent++) act(agent);
    });
  }
}
