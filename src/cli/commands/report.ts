import { RunStore } from '../../runs/index.ts';
import { writeReport } from '../../services/index.ts';

/** twin report */
export async function makeReport(id: string, options: { runs: string; json?: boolean }): Promise<void> {
  const run = new RunStore(options.runs).load(id);
  const path = await writeReport(run);
  console.log(options.json === true ? JSON.stringify({ run: run.id, report: path }) : path);
}
