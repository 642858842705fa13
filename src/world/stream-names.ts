/** Names of a world's random streams: by name and not by position, so that what is added in front changes no draws of others. */

import type { AgentGroup } from '../domain/index.ts';

/** A name for each group, unique among namesakes. */
export function groupKeys(groups: readonly AgentGroup[]): string[] {
  const namesakes = new Map<string, number>();
  return groups.map(({ name }) => {
    const earlier = namesakes.get(name) ?? 0;
    namesakes.set(name, earlier + 1);
    return `${name}/${earlier}`;
  });
}

export function gatewayStream(venue: string): string {
  return venue === '' ? 'gateway' : `gateway/${venue}`;
}

/** Stream of an agent's links to a venue; one venue has no name. */
export function linkStream(groupKey: string, member: number, venue: string): string {
  return `link/${groupKey}/${member}${venue === '' ? '' : `/${venue}`}`;
}
