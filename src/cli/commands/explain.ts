import { RunStore, renderExplanation } from '../../runs/index.ts';
import { explainOrder } from '../../services/index.ts';

/** twin explain */
export function explain(id: string, orderId: number, options: { runs: string; json?: boolean }): void {
  const run = new RunStore(options.runs).load(id);
  const explanation = explainOrder(run, orderId);
  if (options.json === true) console.log(JSON.stringify(explanation));
  else console.log(`run ${run.id}\n${renderExplanation(explanation)}`);
  const { tail } = explanation;
  if (tail === null) return;
  console.error(
    `the journal ends damaged (${tail.reason}): the order is explained by the ${tail.wholeRecords} records before it, ${tail.tornBytes} bytes are left out`,
  );
}
