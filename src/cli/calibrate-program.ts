/** `twin calibrate`: parameters of agents from recordings. */

import { type Command, InvalidArgumentError, Option } from 'commander';
import {
  DATA_OPTION,
  JSON_OPTION,
  LAKE_OPTION,
  LEVELS_FITTED,
  parseCount,
  parseList,
  parseMinute,
  RUNS_OPTION,
} from './shared-options.ts';

export function addCalibrate(program: Command): void {
  const calibrate = program.command('calibrate').description('fit agents to recordings');
  addFlow(calibrate);
  addAgents(calibrate);
}

function addFlow(calibrate: Command): void {
  calibrate
    .command('flow')
    .description('fit the order flow of one instrument, which the agent kind `flow` of a scenario acts by')
    .requiredOption(...DATA_OPTION)
    .requiredOption('--out <file.yaml>', 'file that the model is written to')
    .option('--symbol <symbol>', 'the instrument, where a source has more than one')
    .option('--levels <number>', 'levels of book per side', parseCount, LEVELS_FITTED)
    .option('--from <hh:mm>', 'only from this time of day on, by the clock of the recording', parseMinute)
    .option('--to <hh:mm>', 'only up to this time of day', parseMinute)
    .option(...LAKE_OPTION)
    .option(...RUNS_OPTION)
    .option(...JSON_OPTION)
    .addHelpText(
      'after',
      '\nExamples:\n  twin calibrate flow --data dataset:goog --out calibrations/goog.yaml\n  twin calibrate flow --data GOOG_…_message_10.csv.gz GOOG_…_orderbook_10.csv.gz --from 10:00 --to 12:00 --out goog.yaml --json',
    )
    .action(async (options) => {
      const { calibrateFlowCommand } = await import('./commands/calibrate.ts');
      await calibrateFlowCommand(options);
    });
}

function addAgents(calibrate: Command): void {
  calibrate
    .command('agents')
    .description(
      'find numbers of a scenario by simulating it, so that it makes the order flow of a recording',
    )
    .argument('<problem.yaml>', 'what is sought, where, and what it is to reproduce (docs/calibration.md)')
    .option('--out <file.yaml>', 'file of the calibration; scenario, evaluations and report stand beside it')
    .addOption(
      new Option('--method <method>', 'instead of that of the problem').choices([
        'cmaes',
        'bayesian',
        'abc',
        'all',
      ]),
    )
    .option('--budget <points>', 'points of each estimator, instead of those of the problem', parseCount)
    .option(
      '--workers <number>',
      'threads that simulate, by default one less than cores; what is found does not depend on them',
      parseWorkers,
    )
    .option(
      '--sensitivity <list>',
      'also what moves the distance over the ranges: morris, sobol, or both',
      parseSensitivity,
      [],
    )
    .option(
      '--recovery <cases>',
      'also so many known sets of parameters, sought again by each method',
      parseCount,
    )
    .option(
      '--sbc <runs>',
      'also the ranks of so many known sets in their posteriors; 100 fill 20 bins',
      parseCount,
    )
    .option('--fresh', 'forget the points that were simulated before')
    .option(...LAKE_OPTION)
    .option(...RUNS_OPTION)
    .option(...JSON_OPTION)
    .addHelpText(
      'after',
      '\nExamples:\n  twin calibrate agents random-flow.yaml --sensitivity morris,sobol\n  twin calibrate agents goog.yaml --method abc --budget 2000 --sbc 200 --workers 4 --json',
    )
    .action(async (problem: string, options) => {
      const { calibrateAgentsCommand } = await import('./commands/calibrate-agents.ts');
      await calibrateAgentsCommand(problem, options);
    });
}

const WORKERS_MAX = 256;

function parseWorkers(text: string): number {
  const workers = parseCount(text);
  if (workers <= WORKERS_MAX) return workers;
  throw new InvalidArgumentError(`At most ${WORKERS_MAX}.`);
}

function parseSensitivity(text: string): ('morris' | 'sobol')[] {
  const parts = parseList(text);
  if (parts.every((part) => part === 'morris' || part === 'sobol')) return parts as ('morris' | 'sobol')[];
  throw new InvalidArgumentError('morris, sobol, or morris,sobol.');
}
