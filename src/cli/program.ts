/** The commands of `twin`: names, options and help. Each handler is in a file of its own. */

import { Command, InvalidArgumentError, Option } from 'commander';
import { packageVersion } from '../runs/index.ts';
import { addCalibrate } from './calibrate-program.ts';
import { addData, addEmulate, addIngest } from './data-program.ts';
import { addFidelity } from './fidelity-program.ts';
import { JSON_OPTION, LAKE_OPTION, parseCount, parseList, RUNS_OPTION } from './shared-options.ts';

export function createProgram(): Command {
  const program = new Command('twin')
    .description('Market Twin: replays an exchange order by order, runs simulated days, and proves both.')
    .version(packageVersion())
    .exitOverride()
    .configureHelp({ sortSubcommands: false })
    .showHelpAfterError('(add --help for the options)');
  addRun(program);
  addReplay(program);
  addVerify(program);
  addRuns(program);
  addReport(program);
  addExplain(program);
  addExport(program);
  addCalibrate(program);
  addFidelity(program);
  addIngest(program);
  addData(program);
  addEmulate(program);
  addDoctor(program);
  return program;
}

function addRun(program: Command): void {
  program
    .command('run')
    .description('run a scenario and keep it as a run')
    .argument('[scenario.yaml]', 'scenario file; one of --list is found from any folder')
    .option('--scenario <path>', 'the same, instead of the argument')
    .option('--list', 'list the scenarios that come with the package')
    .option('--seed <number>', 'another seed than the one in the file', parseSeed)
    .option(...LAKE_OPTION)
    .option(...RUNS_OPTION)
    .option(...JSON_OPTION)
    .addHelpText(
      'after',
      '\nExamples:\n  twin run exchange-day.yaml --seed 7\n  twin run --scenario templates/halt-luld.yaml',
    )
    .action(async (path: string | undefined, options) => {
      const { run } = await import('./commands/run.ts');
      await run(path, options);
    });
}

function addReplay(program: Command): void {
  program
    .command('replay')
    .description('replay a recorded day through the order book and say how exactly it was reproduced')
    .argument(
      '<files...>',
      'LOBSTER message and orderbook files, Nasdaq ITCH 5.0 (raw or pcap), Databento DBN mbo with files of status, imbalance or CME MDP beside it; .gz and .zst too; or dataset:<id>, any with records of orders',
    )
    .addOption(
      new Option(
        '--mode <mode>',
        'rebuild: apply each message; match: send executions through the matching engine',
      )
        .choices(['rebuild', 'match'])
        .default('match'),
    )
    .addOption(
      new Option('--format <format>', 'instead of recognising the files by content').choices([
        'lobster',
        'itch',
        'dbn',
      ]),
    )
    .addOption(
      new Option(
        '--from <what>',
        'what is replayed of datasets: their records, or the recording that they were made of (by default the recording where a replay reads its format)',
      ).choices(['records', 'recording']),
    )
    .option('--symbols <list>', 'only these symbols, separated by commas', parseList)
    .option('--strict', 'stop at the first bad record (default)')
    .option('--lenient', 'set bad records aside, count them by reason and go on')
    .option('--no-save', 'keep no run: only print the result')
    .option(...LAKE_OPTION)
    .option(...RUNS_OPTION)
    .option(...JSON_OPTION)
    .addHelpText(
      'after',
      '\nExamples:\n  twin replay GOOG_…_message_10.csv.gz GOOG_…_orderbook_10.csv.gz\n  twin replay day.itch.gz --symbols AAPL,MSFT --lenient --json',
    )
    .action(async (paths: string[], options) => {
      const { replay } = await import('./commands/replay.ts');
      await replay(paths, options);
    });
}

function addVerify(program: Command): void {
  program
    .command('verify')
    .description('run a finished run again and compare the digests; exit code 1 if they differ')
    .argument('<run>', "id of the run, the start of it, or 'latest'")
    .option(...RUNS_OPTION)
    .option(...JSON_OPTION)
    .addHelpText('after', '\nExample:\n  twin verify latest')
    .action(async (id: string, options) => {
      const { verify } = await import('./commands/verify.ts');
      await verify(id, options);
    });
}

function addRuns(program: Command): void {
  const runs = program.command('runs').description('list, show and compare runs');
  runs
    .command('ls')
    .description('list all runs, oldest first')
    .option(...RUNS_OPTION)
    .option(...JSON_OPTION)
    .addHelpText('after', '\nExample:\n  twin runs ls')
    .action(async (options) => {
      const { listRuns } = await import('./commands/runs.ts');
      listRuns(options);
    });
  runs
    .command('show')
    .description('print the manifest of a run')
    .argument('<run>', "id of the run, the start of it, or 'latest'")
    .option(...RUNS_OPTION)
    .option(...JSON_OPTION)
    .addHelpText('after', '\nExample:\n  twin runs show latest')
    .action(async (id: string, options) => {
      const { showRun } = await import('./commands/runs.ts');
      showRun(id, options);
    });
  runs
    .command('diff')
    .description('compare two runs: config, counts, digest, timings')
    .argument('<runA>', 'one run')
    .argument('<runB>', 'another run')
    .option(...RUNS_OPTION)
    .option(...JSON_OPTION)
    .addHelpText('after', '\nExample:\n  twin runs diff 20260105T1200 latest')
    .action(async (a: string, b: string, options) => {
      const { diffRuns } = await import('./commands/runs.ts');
      diffRuns(a, b, options);
    });
}

function addReport(program: Command): void {
  program
    .command('report')
    .description("write a run's report.html anew and print where it is")
    .argument('<run>', "id of the run, the start of it, or 'latest'")
    .option(...RUNS_OPTION)
    .option(...JSON_OPTION)
    .addHelpText('after', '\nExample:\n  twin report latest')
    .action(async (id: string, options) => {
      const { makeReport } = await import('./commands/report.ts');
      await makeReport(id, options);
    });
}

function addExplain(program: Command): void {
  program
    .command('explain')
    .description("tell an order's life: its place in the queue, its fills, and why it was not filled")
    .argument('<run>', "id of the run, the start of it, or 'latest'")
    .argument('<orderId>', 'id of the order, as the journal has it', parseCount)
    .option(...RUNS_OPTION)
    .option(...JSON_OPTION)
    .addHelpText('after', '\nExample:\n  twin explain latest 4711')
    .action(async (id: string, orderId: number, options) => {
      const { explain } = await import('./commands/explain.ts');
      explain(id, orderId, options);
    });
}

function addExport(program: Command): void {
  program
    .command('export')
    .description("write a run's journal in another form")
    .argument('<run>', "id of the run, the start of it, or 'latest'")
    .addOption(
      new Option('--to <form>', 'form of the export')
        .choices(['lobster', 'csv', 'jsonl'])
        .makeOptionMandatory(),
    )
    .option('--symbol <symbol>', 'LOBSTER: one instrument instead of all')
    .option('--levels <number>', 'LOBSTER: levels of the orderbook file, 1 to 9999 (default 10)', parseCount)
    .option('--out <path>', 'folder (LOBSTER) or file; default: in the run')
    .option(...RUNS_OPTION)
    .option(...JSON_OPTION)
    .addHelpText('after', '\nExample:\n  twin export latest --to lobster --symbol ACME --levels 5')
    .action(async (id: string, options) => {
      const { exportRun } = await import('./commands/export.ts');
      exportRun(id, options);
    });
}

function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description('say what is installed, what is missing, and what that means')
    .option(...RUNS_OPTION)
    .option(...JSON_OPTION)
    .addHelpText('after', '\nExample:\n  twin doctor')
    .action(async (options) => {
      const { doctor } = await import('./commands/doctor.ts');
      doctor(options);
    });
}

function parseSeed(text: string): number {
  const seed = Number(text);
  if (/^\d+$/.test(text) && seed <= 4294967295) return seed;
  throw new InvalidArgumentError('A seed is a whole number from 0 to 4294967295.');
}
