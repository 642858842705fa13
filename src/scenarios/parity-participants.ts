/** Who the agents of a scenario are where a venue shares by parity (docs/venues.md "Parity"). */

import { isParity, type ParityParticipant } from '../market/index.ts';
import type { Scenario } from './schema.ts';

/** All agents of groups `dmm` are the one market maker; each agent of a group `floorBroker` is a broker; the others are the Book. */
export function parityParticipants(agents: Scenario['agents']): ParityParticipant[] {
  const makers: number[] = [];
  const brokers: ParityParticipant[] = [];
  let before = 0;
  for (const group of agents) {
    const { count } = group;
    const participant = participantOf(group);
    // Accounts are numbered by agent, from 1.
    const accounts = Array.from({ length: count }, (_, index) => before + index + 1);
    if (participant === 'dmm') makers.push(...accounts);
    if (participant === 'floorBroker')
      brokers.push(...accounts.map((account) => ({ kind: 'floorBroker' as const, accounts: [account] })));
    before += count;
  }
  return makers.length === 0 ? brokers : [{ kind: 'dmm', accounts: makers }, ...brokers];
}

/** Problems of groups that are somebody special where no venue asks who they are. */
export function participantProblems({ agents, venue, venues }: Scenario): string[] {
  const listed = venues === undefined ? [venue] : venues.map((one) => one.venue);
  const hasParity = listed.some((one) => one !== undefined && isParity(one.allocation as never));
  if (hasParity) return [];
  return agents
    .map(participantOf)
    .flatMap((participant, index) =>
      participant === 'book'
        ? []
        : [`agents[${index}].participant: ${participant} is for a venue that shares by parity (nyse)`],
    );
}

function participantOf(group: Scenario['agents'][number]): 'book' | ParityParticipant['kind'] {
  return group.kind === 'randomFlow' ? group.participant : 'book';
}
