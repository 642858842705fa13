/** What each agent of a world sends, and when: the other end of what the journal says of arrivals. */

import type { AgentGroup, AgentPort, OrderTicket } from '../../src/domain/index.ts';
import type { WorldSpec } from '../../src/world/index.ts';

export interface Sent {
  readonly timeNs: number;
  readonly kind: 'new' | 'cancel';
  /** 0 for market orders and cancels, as in the records. */
  readonly priceTicks: number;
}

/** The same spec, whose groups are listened to; `sent` fills up by agent while a world of it runs. */
export function spyOnSends(spec: WorldSpec): { spec: WorldSpec; sent: Map<number, Sent[]> } {
  const sent = new Map<number, Sent[]>();
  const note = (agent: number, message: Sent): void => {
    const messages = sent.get(agent);
    if (messages === undefined) sent.set(agent, [message]);
    else messages.push(message);
  };
  const groups = spec.groups.map((group) => ({
    ...group,
    create: (): AgentGroup => {
      const created = group.create();
      const start = created.start.bind(created);
      created.start = (port, first, random) => start(listening(port, note), first, random);
      return created;
    },
  }));
  return { spec: { ...spec, groups }, sent };
}

function listening(port: AgentPort, note: (agent: number, message: Sent) => void): AgentPort {
  return new Proxy(port, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== 'function') return value;
      return (...parts: unknown[]) => {
        const agent = parts[0] as number;
        if (key === 'submit') {
          const { priceTicks } = parts[3] as OrderTicket;
          note(agent, { timeNs: target.nowNs, kind: 'new', priceTicks });
        } else if (key === 'cancel') note(agent, { timeNs: target.nowNs, kind: 'cancel', priceTicks: 0 });
        return value.apply(target, parts);
      };
    },
  });
}
