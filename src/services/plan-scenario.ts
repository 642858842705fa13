/** The plan of a scenario, with the models of flows that it names read from their files. */

import { createHash } from 'node:crypto';
import { TwinError } from '../base/index.ts';
import { readFlowFile } from '../calibration/index.ts';
import type { DataId } from '../runs/index.ts';
import { type FlowOfModel, planRun, type RunPlan, type Scenario } from '../scenarios/index.ts';
import { readInputText } from './read-input-text.ts';
import { ZONE_CLOCK } from './zoned-time.ts';

/**
 * `flows` are models that were read before, by content; what is read now joins them. Raises MKT_CONFIG, WORLD_CONFIG, BASE_INPUT_FILE,
 * CALIBRATION_MODEL, and RUNS_DIFFER where a file is another by now.
 */
export function planScenario(scenario: Scenario, flows = new Map<string, FlowOfModel>()): RunPlan {
  for (const { path, sha256 } of modelsOf(scenario)) {
    if (flows.has(sha256)) continue;
    const text = readInputText(path);
    const found = hashOf(text);
    if (found !== sha256) {
      throw new TwinError('RUNS_DIFFER', 'the model of a flow is the file that the scenario was made with', {
        path,
        expectedSha256: sha256,
        foundSha256: found,
      });
    }
    flows.set(sha256, readFlowFile(text, path));
  }
  return planRun(scenario, ZONE_CLOCK, flows);
}

/** Files of models as inputs of a run. */
export function modelIds(scenario: Scenario): DataId[] {
  return modelsOf(scenario).map(({ path, sha256 }) => ({
    path,
    bytes: Buffer.byteLength(readInputText(path)),
    sha256,
  }));
}

/** A file of a model, read and checked, as a scenario refers to it. Raises BASE_INPUT_FILE, CALIBRATION_MODEL. */
export function placeModel(path: string): { readonly path: string; readonly sha256: string } {
  const text = readInputText(path);
  readFlowFile(text, path);
  return { path, sha256: hashOf(text) };
}

function modelsOf({ agents }: Scenario): { readonly path: string; readonly sha256: string }[] {
  return agents.flatMap((group) =>
    group.kind === 'flow' && typeof group.model !== 'string' ? [group.model] : [],
  );
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
