import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { TwinError } from '../../base/index.ts';
import type { ReplayFormat, ReplayMode, ReplayResult, SymbolSession } from '../../replay/index.ts';
import { RunStore } from '../../runs/index.ts';
import { type ReplayConfig, replayOnly, replayToRun } from '../../services/index.ts';
import { EXIT_INTERRUPTED, withInterrupt } from '../interrupt.ts';
import { createProgressView } from '../progress.ts';

interface ReplayOptions {
  readonly mode: ReplayMode;
  readonly format?: ReplayFormat;
  readonly from?: 'records' | 'recording';
  readonly symbols?: string[];
  readonly strict?: boolean;
  readonly lenient?: boolean;
  readonly save: boolean;
  readonly lake: string;
  readonly runs: string;
  readonly json?: boolean;
}

/** twin replay */
export async function replay(paths: string[], options: ReplayOptions): Promise<void> {
  if (options.strict === true && options.lenient === true) {
    throw new TwinError('CLI_USAGE', 'a replay is either strict or lenient', { strict: true, lenient: true });
  }
  const config: ReplayConfig = {
    paths,
    lake: options.lake,
    mode: options.mode,
    strictness: options.lenient === true ? 'lenient' : 'strict',
    ...(options.format === undefined ? {} : { format: options.format }),
    ...(options.from === undefined ? {} : { from: options.from }),
    ...(options.symbols === undefined ? {} : { symbols: options.symbols }),
  };
  const isQuiet = options.json === true;
  const view = createProgressView(`replay ${options.mode}`, isQuiet);
  const outcome = await withInterrupt(async (signal) => {
    const control = { signal, onProgress: view.show };
    if (!options.save) return { result: await replayOnly(config, control), run: null, reportPath: null };
    return replayToRun(config, new RunStore(options.runs), control);
  }).finally(() => view.end());
  const { result, run, reportPath } = outcome;
  if (result.isCancelled) process.exitCode = EXIT_INTERRUPTED;
  else if ((result.rowsUnexplained ?? 0) > 0) process.exitCode = 1;
  if (isQuiet) {
    console.log(JSON.stringify({ ...result, run: run?.id ?? null, report: reportPath }));
    return;
  }
  for (const line of describe(result)) console.log(line);
  if (run !== null) console.log(`run        ${run.id}`);
  if (reportPath !== null) console.log(`report     ${pathToFileURL(resolve(reportPath)).href}`);
}

function describe(result: ReplayResult): string[] {
  const lines = [
    `read       ${result.rows} records of ${result.symbols.slice(0, 8).join(', ')} (${result.format}) in ${result.seconds} s`,
  ];
  if (result.rowsEqual !== null) {
    lines.push(
      `books      ${result.rowsEqual} rows equal, ${result.rowsExcused} excused${causes(result.rowsExcusedByCause)}, ${result.rowsUnexplained} unexplained`,
    );
  }
  if (result.executionsMatched === null) lines.push(`executions ${result.executions}`);
  else {
    const sound = result.executionsMatched + (result.executionsExcused ?? 0);
    lines.push(
      `executions ${result.executions}: ${result.executionsMatched} hit the very order that the exchange reported, ` +
        `${result.executionsExcused} excused${causes(result.executionsExcusedByCause)}, ${result.executionsMissed} missed${causes(result.executionsMissedByCause)}` +
        (result.executions > 0 ? ` = ${((100 * sound) / result.executions).toFixed(3)} % sound` : ''),
    );
  }
  const sessions = sessionsLine(result);
  if (sessions !== null) lines.push(sessions);
  if (result.quarantine.total > 0)
    lines.push(`set aside  ${result.quarantine.total} records${causes(result.quarantine.byReason)}`);
  if (Object.keys(result.remarks).length > 0) lines.push(`remarks   ${causes(result.remarks)}`);
  for (const book of result.books.slice(0, 5)) {
    lines.push(
      `book       ${book.symbol} ${book.bidLots} @ ${book.bestBid ?? '-'} / ${book.askLots} @ ${book.bestAsk ?? '-'}, ${book.liveOrders} orders on ${book.bidLevels} + ${book.askLevels} levels`,
    );
  }
  if (result.books.length > 5)
    lines.push(`           and ${result.books.length - 5} more books (--json lists them)`);
  lines.push(`digest     ${result.digest}`);
  return lines;
}

/** What the venue said of sessions, in one line; null if it said nothing. */
function sessionsLine({ sessions: { symbols, market } }: ReplayResult): string | null {
  if (symbols.length === 0 && market.length === 0) return null;
  const total = (count: (session: SymbolSession) => number): number =>
    symbols.reduce((sum, session) => sum + count(session), 0);
  const halts = total(({ transitions }) => transitions.filter(({ cause }) => cause === 'halt').length);
  const executions = total(({ executionsNotContinuous }) => executionsNotContinuous);
  const hidden = total(({ hiddenTradesNotContinuous }) => hiddenTradesNotContinuous);
  const changes = total(({ transitionCount }) => transitionCount);
  const crosses = total(({ crossCount }) => crossCount);
  const imbalances = total(({ imbalanceCount }) => imbalanceCount);
  const finding =
    executions + hidden === 0
      ? ''
      : `; while nothing trades: executions ${executions}, hidden trades ${hidden}`;
  return (
    `sessions   symbols ${symbols.length}, changes of state ${changes} (halts ${halts}), ` +
    `crosses ${crosses}, imbalances ${imbalances}${finding}`
  );
}

function causes(counts: Readonly<Record<string, number>>): string {
  const parts = Object.entries(counts).map(([cause, count]) => `${cause} ${count}`);
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}
