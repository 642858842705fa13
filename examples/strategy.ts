/** A strategy among random traders: buys one lot each minute at the best bid. Run: npx tsx examples/strategy.ts */

import { RandomFlow, type Strategy, strategyGroup, World } from 'market-twin';

const MINUTE_NS = 60e9;
const links = { orderDelayNs: 200_000, answerDelayNs: 200_000, feedDelayNs: 300_000 };

function createBuyer(): Strategy {
  return {
    onStart: (context) => context.wakeAfter(MINUTE_NS),
    onWake: (context) => {
      const bid = context.best('ACME', 'buy');
      if (bid !== null) context.send({ symbol: 'ACME', side: 'buy', price: bid.price, qty: 1 });
      context.wakeAfter(MINUTE_NS);
    },
    onFill: (context, fill) => {
      const minute = Math.floor(context.nowNs / MINUTE_NS);
      console.log(
        `minute ${minute}: bought ${fill.qty} at ${fill.price}, holding ${context.position('ACME')}`,
      );
    },
  };
}

const world = new World({
  seed: 7,
  dayEndNs: null,
  instruments: [{ symbol: 'ACME', tickSize: '0.01', lotSize: '1', currency: 'USD', minorUnit: '0.01' }],
  groups: [
    {
      create: () =>
        new RandomFlow({
          name: 'flow',
          count: 50,
          markets: [{ instrument: 0, referenceTicks: 10_000 }],
          limitRates: [1.85, 1.51, 1.09, 0.88, 0.77],
          marketRate: 0.94,
          cancelRates: [0.71, 0.81, 0.68, 0.56, 0.47],
          lots: [1, 2, 3],
        }),
      links: () => links,
    },
    strategyGroup('buyer', () => [createBuyer()], links),
  ],
});
world.run(10 * MINUTE_NS);
console.log(`digest ${world.finish()} after ${world.commandCount} orders and changes`);
