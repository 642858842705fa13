/** The groups of agents that a simulation's config names, in the order of their accounts. */

import type { AgentGroupSize } from './fee-summary.ts';

/** None where the config, which may be of any version, holds no such list. */
export function agentGroupsOf(config: unknown): AgentGroupSize[] {
  const agents = (config as { readonly agents?: unknown } | null)?.agents;
  if (!Array.isArray(agents)) return [];
  const groups = agents.map((group: { readonly name?: unknown; readonly count?: unknown } | null) => ({
    name: String(group?.name ?? ''),
    agents: Number(group?.count),
  }));
  return groups.every(({ agents: count }) => Number.isSafeInteger(count) && count >= 0) ? groups : [];
}
