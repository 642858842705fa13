/** Random allocation rules for books: half of the seeds by time, the others by parity, CME codes or free lists of steps. */

import {
  type AllocationAlgorithm,
  type AllocationStep,
  type BookAllocation,
  CME_STEPS,
  type CmeCode,
  checkAllocationAlgorithm,
  checkBookAllocation,
  cmeAlgorithm,
  type ParityAllocation,
} from '../../src/market/index.ts';

/** What is needed of a seeded source. */
export interface Chooser {
  int(low: number, high: number): number;
  chance(percent: number): boolean;
  pick<T>(choices: readonly T[]): T;
}

/** Accounts of the commands are 1 to 4; two of them are lead market makers at times. */
const MAKERS = [1, 2];

const FREE_STEPS: readonly AllocationStep[] = [
  { step: 'fifo' },
  { step: 'largest' },
  { step: 'timeProRata' },
  { step: 'proRata', minLots: 1, rounding: 'up' },
  { step: 'proRata', minLots: 2, rounding: 'floor' },
];

export function drawAllocation(dice: Chooser): BookAllocation {
  if (dice.chance(50)) return 'fifo';
  if (dice.chance(40)) return drawParity(dice);
  return dice.chance(75) ? drawCme(dice) : drawSteps(dice);
}

function drawCme(dice: Chooser): AllocationAlgorithm {
  const code = dice.pick(Object.keys(CME_STEPS) as CmeCode[]);
  const steps: readonly string[] = CME_STEPS[code];
  const first = dice.int(0, 10_000);
  const parameters = { code };
  const give = (step: string, values: object): void => {
    if (steps.includes(step)) Object.assign(parameters, values);
  };
  give('top', {
    topMinLots: dice.pick([1, 1, 2, 5]),
    topMaxLots: dice.pick([null, 1, 5, 40]),
    topShareBps: dice.pick([10_000, 10_000, 2_500]),
  });
  give('lmm', {
    makers: MAKERS.map((participant, i) => ({
      participant,
      shareBps: i === 0 ? first : dice.int(0, 10_000 - first),
    })),
    makerRounding: dice.pick(['floor', 'ceil']),
  });
  give('split', {
    fifoBps: dice.pick([0, 2_500, 4_000, 10_000]),
    splitRoundedDown: dice.pick(['proRata', 'fifo']),
  });
  give('proRata', { proRataMinLots: dice.pick([1, 2, 4]) });
  give('levelling', { hasLevelling: dice.chance(50) });
  return cmeAlgorithm(parameters, 'random');
}

function drawSteps(dice: Chooser): AllocationAlgorithm {
  const steps = Array.from({ length: dice.int(0, 2) }, () => dice.pick(FREE_STEPS));
  if (dice.chance(40)) steps.unshift({ step: 'customers', participants: dice.pick([[1], [3, 4]]) });
  steps.push(dice.pick([{ step: 'fifo' }, { step: 'largest' }] as const));
  return checkAllocationAlgorithm({ hasFifoException: dice.chance(50), steps }, 'random');
}

/** Of four accounts one to three are participants of their own; the others are the Book's. */
function drawParity(dice: Chooser): BookAllocation {
  const participants = dice.pick<ParityAllocation['participants']>([
    [{ kind: 'dmm', accounts: [1] }],
    [
      { kind: 'floorBroker', accounts: [2] },
      { kind: 'dmm', accounts: [1] },
    ],
    [
      { kind: 'floorBroker', accounts: [1] },
      { kind: 'floorBroker', accounts: [2] },
      { kind: 'floorBroker', accounts: [4] },
    ],
    [{ kind: 'floorBroker', accounts: [1, 3] }],
  ]);
  const parity = {
    roundLotLots: dice.pick([1, 2, 5, 100]),
    setterBps: dice.pick([0, 1_500, 5_000]),
    pointer: dice.pick(['stays', 'stays', 'restarts']),
    oddRest: dice.pick(['nextInLine', 'book']),
  };
  return checkBookAllocation({ parity, participants }, 'random');
}
