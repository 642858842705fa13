/** `twin calibrate`: parameters of agents from recordings. */

import type { Command } from 'commander';
import {
  DATA_OPTION,
  JSON_OPTION,
  LAKE_OPTION,
  LEVELS_FITTED,
  parseCount,
  parseMinute,
  RUNS_OPTION,
} from './shared-options.ts';

export function addCalibrate(program: Command): void {
  program
    .command('calibrate')
    .description('fit agents to recordings')
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
