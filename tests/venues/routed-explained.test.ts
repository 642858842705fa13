/** `twin explain` of an order that its venue routed: where it went, what came back, and where its lots are. */

import { describe, expect, it } from 'vitest';
import { RunStore, renderExplanation } from '../../src/runs/index.ts';
import { checkScenario } from '../../src/scenarios/index.ts';
import { explainOrder, resolveVenue, simulate } from '../../src/services/index.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder('routed');
const venue = resolveVenue('nasdaq', process.cwd());

/** 100 offered here at 50.02 and 200 there at 50.01, then one buy here at 50.02. */
async function explained(order: Record<string, unknown>, orderId = 3) {
  const offer = { kind: 'orders', at: '09:40:00', side: 'sell' };
  const scenario = checkScenario(
    {
      name: 'routed',
      seed: 1,
      venues: ['here', 'there'].map((name) => ({ name, venue })),
      instruments: [{ symbol: 'ACME', referencePrice: '50.00' }],
      agents: [
        {
          kind: 'randomFlow',
          name: 'quiet',
          count: 2,
          from: '15:59',
          until: '16:00',
          limitRates: [1e-6],
          marketRate: 0,
          cancelRates: [0],
          lots: [1],
        },
      ],
      shocks: [
        { ...offer, instrument: 'ACME@here', qtyLots: 100, price: '50.02' },
        { ...offer, instrument: 'ACME@there', qtyLots: 200, price: '50.01' },
        { kind: 'orders', at: '09:41:00', instrument: 'ACME@here', side: 'buy', price: '50.02', ...order },
      ],
    },
    'routed',
  );
  const { run } = await simulate(scenario, new RunStore(folder));
  return explainOrder(run, orderId);
}

describe('the explanation of a routed order', () => {
  it('counts what traded elsewhere and under other ids as its own', async () => {
    const order = await explained({ qtyLots: 350, routing: 'route' });
    expect(order.sent.routing).toBe('route');
    expect(order.routes.map(({ kind, symbol, lots, openLots }) => [kind, symbol, lots, openLots])).toEqual([
      ['routed', 'ACME@there', 200, 350],
      ['filled', 'ACME@there', 200, 50],
    ]);
    expect(
      order.fills.map(({ role, lots, leavesLots, standIn }) => [role, lots, leavesLots, standIn?.symbol]),
    ).toEqual([
      ['taker', 100, 250, 'ACME@here'],
      ['routed', 200, 50, 'ACME@there'],
    ]);
    // Both the routing and the taking at home cost 0.0030 a share.
    expect(order.feeMicro).toBe(300 * 3000);
    expect(order.lots).toMatchObject({ sent: 350, filled: 300, cancelled: 0, expired: 0, open: 50 });
    expect(order.outcome).toMatchObject({ status: 'partlyFilled', ending: 'openAtEnd', obstacle: null });
    const text = renderExplanation(order);
    expect(text).toContain('200 lots at 50.01 sent to ACME@there, 350 lots open');
    expect(text).toContain('200 lots at 50.01 elsewhere, by order');
    expect(text).toContain('goes on to better quotes elsewhere');
    expect(text).toContain('Its venue routed it: since then');
  });

  it('of one that is filled elsewhere in full ends as filled', async () => {
    const order = await explained({ qtyLots: 200, routing: 'route' });
    expect(order.outcome).toMatchObject({ status: 'filled', ending: 'filled' });
    expect(order.why).toContain('Filled: 200 lots in one trade');
  });

  it('of the part at the other venue names the order that it is a part of', async () => {
    const order = await explained({ qtyLots: 200, routing: 'route' });
    const part = await explained({ qtyLots: 200, routing: 'route' }, order.routes[1]!.orderId!);
    expect(part.instrument.symbol).toBe('ACME@there');
    expect(part.sent).toMatchObject({ timeInForce: 'ioc', routing: 'sweep' });
    expect(part.notes).toContain('It is a part of order 3, sent here by the venue of that order.');
  });

  it('of an order that slides before the same quote has nothing of it', async () => {
    const order = await explained({ qtyLots: 200, routing: 'slide' });
    expect(order.routes).toEqual([]);
    expect(order.fills).toEqual([]);
  });
});
