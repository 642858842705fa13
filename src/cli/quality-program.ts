/** The commands of `twin data` about quality: what is doubtful, what is missing, filling it, and records that were set aside. */

import { Option } from 'commander';
import { type AddCommand, collectOption, parseCount, parseList } from './shared-options.ts';

const calendarOption = (): Option =>
  new Option(
    '--calendar <name>',
    'when bars are expected: `venue` (that of the venue of the records where it is known), `day` (between others of the same day, UTC), `always`, sessions of a venue like nasdaq or nyse:tapesBC, or the path of a venue file',
  ).default('venue');

export function addQuality(add: AddCommand): void {
  addChecks(add);
  addFill(add);
  addQuarantine(add);
}

function addChecks(add: AddCommand): void {
  add(
    'validate',
    'check the records of a dataset again and report its quality',
    'validate binance-1a2b3c4d5e',
  )
    .argument('<dataset>', 'name of the dataset')
    .addOption(calendarOption())
    .option(
      '--check <name=value>',
      'switch or threshold of a check (docs/data/quality.md); may be given several times',
      collectOption,
      {},
    )
    .option('--mark', 'write what is found into the records: new files take the place of the old ones')
    .action(async (id: string, options) => {
      await (await import('./commands/quality.ts')).validate(id, options);
    });
  add(
    'gaps',
    'list what is missing: numbers of messages, bars, losses that a feed told',
    'gaps binance-1a2b3c4d5e',
  )
    .argument('<dataset>', 'name of the dataset')
    .addOption(calendarOption())
    .option(
      '--rows <number>',
      'how many are printed (default 50); --json has all that are kept',
      parseCount,
      50,
    )
    .action(async (id: string, options) => {
      await (await import('./commands/quality.ts')).listGaps(id, options);
    });
}

function addFill(add: AddCommand): void {
  add(
    'fill',
    'make a dataset of another, with records in its gaps that are marked as filled',
    'fill polygon-1a2b3c4d5e --policy previous --name filled-bars',
  )
    .argument('<dataset>', 'name of the dataset with the gaps')
    .option('--policy <policy>', 'for bars that are missing: none, previous, linear, fromTrades', 'none')
    .option('--quotes <policy>', 'for times without a quote: none, previous, linear', 'none')
    .option('--every <seconds>', 'longest time without a quote (default 60)', parseCount, 60)
    .addOption(calendarOption())
    .option('--name <name>', 'name of the new dataset, instead of one made from the request')
    .action(async (id: string, options) => {
      await (await import('./commands/quality.ts')).fill(id, options);
    });
}

function addQuarantine(add: AddCommand): void {
  add('quarantine', 'list the records that were set aside, by reason', 'quarantine binance-1a2b3c4d5e')
    .argument('<dataset>', 'name of the dataset')
    .option('--reason <list>', 'only these reasons, each record by itself', parseList)
    .option('--rows <number>', 'how many records are printed (default 20)', parseCount, 20)
    .action(async (id: string, options) => {
      (await import('./commands/quality.ts')).listQuarantine(id, options);
    });
  add(
    'readmit',
    'put records that were set aside back into their dataset, marked as readmitted',
    'readmit binance-1a2b3c4d5e --reason out-of-range --set qty=0',
  )
    .argument('<dataset>', 'name of the dataset')
    .option('--reason <list>', 'only those set aside for these reasons', parseList)
    .option('--set <field=value>', 'put a value in; may be given several times', collectOption, {})
    .action(async (id: string, options) => {
      await (await import('./commands/quality.ts')).readmit(id, options);
    });
}
