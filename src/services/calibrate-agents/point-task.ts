/** What a worker is told of a problem, what it is asked at each point, and how it does that. */

import { TwinError } from '../../base/index.ts';
import { meanMoments, momentsOf } from '../../calibration/index.ts';
import { type FlowOfModel, type Scenario, type SoughtParameter, scenarioAt } from '../../scenarios/index.ts';
import { simulateWindows, type WindowCut } from './simulate-windows.ts';

/** What is the same at every point. */
export interface PointContext {
  readonly scenario: Scenario;
  readonly parameters: readonly SoughtParameter[];
  readonly cut: WindowCut;
  /** Models of flows that this thread has read, by content. */
  readonly flows?: Map<string, FlowOfModel>;
}

export interface PointTask {
  /** One value a parameter. */
  readonly values: readonly number[];
  readonly seeds: readonly number[];
  readonly windows: number;
}

/** Mean moments of the windows in the order of `MOMENTS`, NaN where no window tells one; null where the point failed, and why. */
export type PointAnswer =
  | { readonly moments: Float64Array; readonly failure: null }
  | {
      readonly moments: null;
      readonly failure: string;
      /** The thread broke: another try may end otherwise, so it is not kept. */
      readonly isChance?: true;
    };

/** A scenario that cannot run, or comes to nothing, fails the point. */
export function answerTask({ scenario, parameters, cut, flows }: PointContext, task: PointTask): PointAnswer {
  try {
    const changed = scenarioAt(scenario, parameters, task.values);
    const windows = simulateWindows(changed, cut, task.seeds, task.windows, flows);
    return { moments: meanMoments(momentsOf(windows)), failure: null };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { moments: null, failure: error instanceof TwinError ? `${error.code}: ${why}` : why };
  }
}
