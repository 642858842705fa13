/** `twin fidelity`: how real a simulation is. */

import { type Command, InvalidArgumentError, Option } from 'commander';
import {
  DATA_OPTION,
  JSON_OPTION,
  LAKE_OPTION,
  LEVELS_FITTED,
  parseCount,
  parseMinute,
  parseWhole,
  RUNS_OPTION,
} from './shared-options.ts';

export function addFidelity(program: Command): void {
  const fidelity = program
    .command('fidelity')
    .description('how real is it: scores with floors, intervals and what could not be tested');
  addScore(fidelity);
  addEvaluate(fidelity);
  addFloor(fidelity);
  addFacts(fidelity);
  addDiscriminate(fidelity);
  addTransfer(fidelity);
  addImpact(fidelity);
}

const REAL = ['--real <names...>', DATA_OPTION[1]] as const;
const SIM = ['--sim <names...>', 'what is scored, named as --real'] as const;

function addScore(fidelity: Command): void {
  shared(
    fidelity
      .command('score')
      .description('score a simulation against a recording: 26 metrics, families, Fidelity Index'),
  )
    .requiredOption(...REAL)
    .requiredOption(...SIM)
    .option('--baseline <names...>', 'flow of the baseline model, which makes the zero of the Fidelity Index')
    .option('--report <file.html>', 'also write a page with every distribution drawn')
    .option('--draws <number>', 'draws of the bootstrap, 0 for none', parseWhole, 1000)
    .option('--seed <number>', 'seed of the draws', parseWhole, 1)
    .addHelpText(
      'after',
      '\nExamples:\n  twin fidelity score --real dataset:goog --sim run:latest --baseline run:baseline --report score.html\n  twin fidelity score --real GOOG_…_message_10.csv.gz GOOG_…_orderbook_10.csv.gz --sim latest --json',
    )
    .action(async (options) => {
      const { score } = await import('./commands/fidelity.ts');
      await score(options);
    });
}

function addEvaluate(fidelity: Command): void {
  shared(
    fidelity
      .command('evaluate')
      .description(
        'fit the flow twin to a part of a recording, let it go on from there, and score what it does',
      ),
    LEVELS_FITTED,
  )
    .requiredOption(...DATA_OPTION)
    .addOption(
      new Option(
        '--design <design>',
        'A: from each second window on; B: fitted to the first part of the time, through the second; D: an hour from the first book',
      )
        .choices(['A', 'B', 'D'])
        .default('A'),
    )
    .option('--split <hh:mm>', 'design B: where the second part begins; in the middle if absent', parseMinute)
    .option(
      '--windows <number>',
      'design A: pairs of windows that are scored, evenly over the recording; all if absent',
      parseCount,
    )
    .option('--report <file.html>', 'also write a page with every distribution drawn')
    .option('--draws <number>', 'draws of the bootstrap, 0 for none', parseWhole, 1000)
    .option('--seed <number>', 'seed of twin, baseline and draws', parseWhole, 1)
    .addHelpText(
      'after',
      '\nExamples:\n  twin fidelity evaluate --data dataset:goog --report twin.html\n  twin fidelity evaluate --data GOOG_…_message_10.csv.gz GOOG_…_orderbook_10.csv.gz --windows 40 --json\n  twin fidelity evaluate --design B --data dataset:goog --from 09:35 --to 15:55 --split 12:45',
    )
    .action(async ({ data, ...options }) => {
      const { evaluate } = await import('./commands/fidelity.ts');
      await evaluate({ ...options, real: data });
    });
}

function addFloor(fidelity: Command): void {
  shared(
    fidelity
      .command('floor')
      .description('how far real windows are from real windows: persistence, halves, random splits'),
  )
    .requiredOption(...REAL)
    .option('--draws <number>', 'draws of the bootstrap, 0 for none', parseWhole, 0)
    .option('--seed <number>', 'seed of the draws', parseWhole, 1)
    .addHelpText('after', '\nExample:\n  twin fidelity floor --real dataset:goog')
    .action(async (options) => {
      const { floor } = await import('./commands/fidelity.ts');
      await floor(options);
    });
}

function addFacts(fidelity: Command): void {
  shared(
    fidelity
      .command('facts')
      .description("Cont's eleven stylised facts, each with its statistic, interval and band"),
  )
    .requiredOption(...REAL)
    .option('--days', 'each name is a recording of a day of its own')
    .addHelpText(
      'after',
      '\nExamples:\n  twin fidelity facts --real run:latest\n  twin fidelity facts --days --real dataset:monday dataset:tuesday',
    )
    .action(async (options) => {
      const { facts } = await import('./commands/fidelity.ts');
      await facts(options);
    });
}

function addDiscriminate(fidelity: Command): void {
  shared(
    fidelity
      .command('discriminate')
      .description('can a classifier tell real windows from simulated ones, and by what'),
  )
    .requiredOption(...REAL)
    .requiredOption(...SIM)
    .option('--seed <number>', 'seed of folds, trees and draws', parseWhole, 1)
    .addHelpText('after', '\nExample:\n  twin fidelity discriminate --real dataset:goog --sim run:latest')
    .action(async (options) => {
      const { discriminate } = await import('./commands/fidelity.ts');
      await discriminate(options);
    });
}

function addTransfer(fidelity: Command): void {
  shared(
    fidelity.command('transfer').description('train a predictor on the simulation, test it on the recording'),
  )
    .requiredOption(...REAL)
    .option(
      '--sim <names...>',
      'what it is trained on, named as --real; without it only the ceiling is measured',
    )
    .addHelpText('after', '\nExample:\n  twin fidelity transfer --real dataset:goog --sim run:latest')
    .action(async (options) => {
      const { transfer } = await import('./commands/fidelity.ts');
      await transfer(options);
    });
}

function addImpact(fidelity: Command): void {
  fidelity
    .command('impact')
    .description(
      'what large orders do to the price in the flow twin: exponent, relaxation, symmetry, cost of round trips',
    )
    .requiredOption(...DATA_OPTION)
    .option(
      '--model <file.yaml>',
      'a flow of `twin calibrate flow`; without it one is fitted to the recording',
    )
    .option('--forks <number>', 'instants of the recording that markets are forked at', parseCount, 200)
    .option(
      '--grid <name>',
      'default: 5 sizes over 5 minutes, TWAP and POV in turn; full: 6 sizes, 5, 15 and 60 minutes, both',
      parseGrid,
      'default',
    )
    .option(
      '--day <minutes>',
      'trading time of a day, to which volume and volatility are scaled',
      parseCount,
      390,
    )
    .option('--seed <number>', 'seed of the markets', parseWhole, 1)
    .option('--html <file.html>', 'also write a page')
    .option('--symbol <symbol>', 'the instrument, where a source has more than one')
    .option('--levels <number>', 'levels of book per side', parseCount, LEVELS_FITTED)
    .option(...LAKE_OPTION)
    .option(...RUNS_OPTION)
    .option(...JSON_OPTION)
    .addHelpText(
      'after',
      '\nExamples:\n  twin fidelity impact --data dataset:goog --html impact.html\n  twin fidelity impact --data GOOG_…_message_10.csv.gz GOOG_…_orderbook_10.csv.gz --model calibrations/goog.yaml --forks 50 --json',
    )
    .action(async (options) => {
      const { impact } = await import('./commands/impact.ts');
      await impact(options);
    });
}

function parseGrid(text: string): string {
  if (text === 'default' || text === 'full') return text;
  throw new InvalidArgumentError('default or full.');
}

function shared(command: Command, levels = 10): Command {
  return command
    .option('--symbol <symbol>', 'the instrument, where a source has more than one')
    .option('--levels <number>', 'levels of book per side', parseCount, levels)
    .option('--window <messages>', 'messages of a window', parseCount, 500)
    .option('--from <hh:mm>', 'only from this time of day on, by the clock of the recording', parseMinute)
    .option('--to <hh:mm>', 'only up to this time of day', parseMinute)
    .option(...LAKE_OPTION)
    .option(...RUNS_OPTION)
    .option(...JSON_OPTION);
}
