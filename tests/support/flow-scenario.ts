/** A short day of random flow in one instrument, as the text of a scenario. */

export function flowScenario({ marketRate = 0.94, lotSize = 1 } = {}): string {
  return `
name: flow
seed: 3
open: "09:30"
close: "09:50"
instruments:
  - { symbol: ACME, referencePrice: 100.00, lotSize: ${lotSize} }
agents:
  - kind: randomFlow
    name: flow
    count: 20
    limitRates: [1.85, 1.51, 1.09, 0.88, 0.77]
    marketRate: ${marketRate}
    cancelRates: [0.71, 0.81, 0.68, 0.56, 0.47]
    lots: [1, 2, 5]
`;
}
