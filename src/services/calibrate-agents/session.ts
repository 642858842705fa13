/** One calibration at work: turns points of searches and designs into tasks, and answers into losses against a target. */

import { hashText, TwinError } from '../../base/index.ts';
import {
  type Design,
  type EvaluatedPoint,
  type MomentWeights,
  momentDistance,
  momentWeights,
  type PointOutcome,
  type Search,
  valuesOf,
} from '../../calibration/index.ts';
import type { CalibrationProblem, SoughtParameter } from '../../scenarios/index.ts';
import type { Evaluator } from './evaluator.ts';
import type { PointAnswer, PointTask } from './point-task.ts';

/** Points of a search that may fail before any other comes back. */
const FAILED_MAX = 64;

/** What losses are measured against: means of real windows, and the weights of their differences. */
export interface Objective {
  readonly weights: MomentWeights;
  /** Windows and seeds of the simulation at a point; `at` counts the points of a search or design. */
  readonly sampling: (at: number) => Pick<PointTask, 'seeds' | 'windows'>;
}

export interface SessionParts {
  readonly problem: CalibrationProblem;
  readonly parameters: readonly SoughtParameter[];
  readonly evaluator: Evaluator;
  /** Moments that count, out of all. */
  readonly names: readonly string[];
  readonly pick: (moments: Float64Array) => Float64Array;
}

export class Session {
  readonly problem: CalibrationProblem;
  readonly parameters: readonly SoughtParameter[];
  readonly names: readonly string[];
  readonly #evaluator: Evaluator;
  readonly #pick: (moments: Float64Array) => Float64Array;

  constructor({ problem, parameters, evaluator, names, pick }: SessionParts) {
    this.problem = problem;
    this.parameters = parameters;
    this.names = names;
    this.#evaluator = evaluator;
    this.#pick = pick;
  }

  /** Weights of windows against a simulation of so many. `windows` hold all moments. */
  weigh(windows: readonly Float64Array[], simulatedWindows: number): MomentWeights {
    const { names } = this;
    return momentWeights(windows.map(this.#pick), { names, simulatedWindows });
  }

  /** The same seeds at every point: what differs is due to the parameters. */
  common(windows: readonly Float64Array[]): Objective {
    const { seeds, windows: cut } = this.problem;
    const sampling = { seeds, windows: cut.perPoint };
    return { weights: this.weigh(windows, cut.perPoint), sampling: () => sampling };
  }

  /**
   * A seed of its own at every point, and as many windows as the target has, one behind another: what a recording is, chance included.
   * Windows of several seeds would vary less in the mean, since what is slow in a market is the same in all windows of a run.
   */
  fresh(windows: readonly Float64Array[], label: string): Objective {
    const { seed } = this.problem;
    return {
      weights: this.weigh(windows, windows.length),
      sampling: (at) => ({ windows: windows.length, seeds: [hashText(`${label} ${at}`, seed) >>> 0] }),
    };
  }

  /** Lets a search ask until it is through. What it is told is the distance, or what `lossOf` makes of the moments. */
  async run(
    search: Search,
    objective: Objective,
    lossOf: ((moments: Float64Array) => number) | null = null,
  ): Promise<EvaluatedPoint[]> {
    const evaluated: EvaluatedPoint[] = [];
    for (let points = search.ask(); points !== null; points = search.ask()) {
      const first = evaluated.length;
      const outcomes = await this.outcomes(points, objective, first);
      search.tell(lossOf === null ? outcomes : outcomes.map((outcome) => retold(outcome, lossOf)));
      for (const [i, point] of points.entries()) evaluated.push({ point, outcome: outcomes[i]! });
      if (evaluated.length >= FAILED_MAX) this.#requireOne(evaluated);
    }
    this.#requireOne(evaluated);
    return evaluated;
  }

  /** Outcomes of points in their order; `first` is the count of the first one. */
  async outcomes(points: readonly Float64Array[], objective: Objective, first = 0): Promise<PointOutcome[]> {
    const tasks = points.map((point, i) => ({
      values: [...this.values(point)],
      ...objective.sampling(first + i),
    }));
    const answers = await this.#evaluator.answers(tasks);
    return answers.map((answer) => this.#outcome(answer, objective.weights));
  }

  /** Those of a design. */
  design({ points }: Design, objective: Objective): Promise<PointOutcome[]> {
    return this.outcomes(points, objective);
  }

  values(point: ArrayLike<number>): Float64Array {
    return valuesOf(this.parameters, point);
  }

  /** A search of which nothing came back tells why, and no later than after its first points. */
  #requireOne(evaluated: readonly EvaluatedPoint[]): void {
    if (evaluated.some(({ outcome }) => outcome.moments !== null)) return;
    const [commonest] = [...this.#evaluator.failures].sort((a, b) => b[1] - a[1]);
    throw new TwinError('CALIBRATION_SEARCH', 'at least one point of a search can be simulated', {
      points: evaluated.length,
      failed: evaluated.length,
      commonest: commonest?.[0],
    });
  }

  #outcome({ moments }: PointAnswer, weights: MomentWeights): PointOutcome {
    if (moments === null) return { loss: Number.POSITIVE_INFINITY, moments: null };
    const chosen = this.#pick(moments);
    return { loss: momentDistance(chosen, weights.means, weights), moments: chosen };
  }
}

function retold({ moments }: PointOutcome, lossOf: (moments: Float64Array) => number): PointOutcome {
  return { loss: moments === null ? Number.POSITIVE_INFINITY : lossOf(moments), moments };
}
