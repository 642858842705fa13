/** A small calibration by simulation: two rates of random flow, sought in a run that they made. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface SmallProblem {
  readonly name?: string;
  readonly parameters?: string;
  readonly truth?: string;
  readonly further?: string;
  readonly close?: string;
}

export const SMALL_TRUTH = { market: 0.9, cancels: 1.4 };

export function problemText({
  name = 'small',
  parameters = `
  - { name: market, path: agents.flow.marketRate, low: 0.2, high: 4, scale: log }
  - { name: cancels, path: agents.flow.cancelRates, low: 0.25, high: 4, scale: log }`,
  truth = '{ market: 0.9, cancels: 1.4 }',
  further = '',
  close = '11:00',
}: SmallProblem = {}): string {
  return `
name: ${name}
scenario:
  name: small-day
  open: "09:30"
  close: "${close}"
  instruments: [{ symbol: ACME, referencePrice: 100.00 }]
  agents:
    - kind: randomFlow
      name: flow
      count: 10
      limitRates: [1.85, 1.51, 1.09, 0.88]
      marketRate: 0.94
      cancelRates: [0.71, 0.81, 0.68, 0.56]
      lots: [1, 2, 5]
parameters:${parameters}
data: { truth: ${truth}, windows: 30 }
windows: { messages: 100, perPoint: 8, warmUpSeconds: 20 }
moments:
  - spread mean
  - ln ask touch mean
  - ln bid touch mean
  - ln messages per second
  - trades among messages
  - messages that move the mid
  - fill ratio
${further}
`;
}

/** The file of it in a folder. */
export function writeProblem(folder: string, problem: SmallProblem = {}): string {
  const path = join(folder, `${problem.name ?? 'small'}.yaml`);
  writeFileSync(path, problemText(problem));
  return path;
}
