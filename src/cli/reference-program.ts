/** The commands of `twin data` about reference data: continuous futures, chains of options, currencies, names. */

import { InvalidArgumentError, Option } from 'commander';
import { type AddCommand, parseCount, parseList } from './shared-options.ts';

export function addReference(add: AddCommand): void {
  addRoll(add);
  addChain(add);
  addCurrency(add);
  addSymbols(add);
}

function addRoll(add: AddCommand): void {
  add(
    'roll',
    'make a continuous series of the contracts of a future, as a dataset of its own',
    'roll lean-1a2b3c4d5e --product ES --rule volume --adjust ratio --name es',
  )
    .argument('<dataset>', 'name of the dataset with the contracts')
    .requiredOption('--product <code>', 'code of the product: ES')
    .addOption(
      new Option('--rule <rule>', 'what decides when a contract is left')
        .choices(['calendar', 'month', 'volume', 'openInterest'])
        .default('calendar'),
    )
    .option(
      '--days <number>',
      'for calendar: days before the last day of trading; default: those of the product',
      parseWhole,
    )
    .addOption(
      new Option('--adjust <how>', 'what is done to prices before a roll')
        .choices(['none', 'difference', 'ratio'])
        .default('none'),
    )
    .option('--rank <number>', '0: the contract whose turn it is, 1: the one behind it, …', parseWhole, 0)
    .option('--months <letters>', 'months of delivery of the series (HMUZ); default: those of the product')
    .option('--facts <dataset>', 'dataset with definitions and open interest, where the first one has none')
    .option('--products <path>', 'a file of products in the place of configs/reference/futures.yaml')
    .option('--name <name>', 'name of the new dataset, instead of one made from the request')
    .action(async (id: string, options) => {
      await (await import('./commands/reference.ts')).roll(id, options);
    });
}

function addChain(add: AddCommand): void {
  add(
    'chain',
    'list the options of an underlying on a day: expiries, or the strikes of one',
    'chain lean-options-1a2b3c4d5e --underlying AAPL --day 2014-06-06 --expiry 2014-06-20',
  )
    .argument('<dataset>', 'name of the dataset')
    .requiredOption(
      '--underlying <symbol>',
      'what the options are on; of options on futures also their product',
    )
    .requiredOption('--day <day>', 'YYYY-MM-DD: what was listed, and what was known at the end of it (UTC)')
    .option('--expiry <day>', 'only this one, strike by strike')
    .action(async (id: string, options) => {
      await (await import('./commands/reference.ts')).chain(id, options);
    });
}

const AGE_OPTION = [
  '--max-age <seconds>',
  'age from which a rate is none (default 86400)',
  parseCount,
  86_400,
] as const;

function addCurrency(add: AddCommand): void {
  add(
    'convert',
    'make a dataset of another, with its prices in another currency',
    'convert spy --to EUR --from USD --rates eurusd --name spy-in-euro',
  )
    .argument('<dataset>', 'name of the dataset')
    .requiredOption('--to <currency>', 'code of the new currency: EUR')
    .requiredOption('--rates <list>', 'datasets with rates, separated by commas', parseList)
    .option('--from <currency>', 'currency of the prices; default: that of the definitions, or of a pair')
    .option(...AGE_OPTION)
    .option('--name <name>', 'name of the new dataset, instead of one made from the request')
    .action(async (id: string, options) => {
      await (await import('./commands/currency.ts')).convert(id, options);
    });
  add(
    'rate',
    'tell what one currency cost in another at a time',
    'rate EUR JPY --rates fx --at 2014-05-01T12:00:00Z',
  )
    .argument('<from>', 'code of the currency of which one unit is priced')
    .argument('<to>', 'code of the currency of the price')
    .requiredOption('--rates <list>', 'datasets with rates, separated by commas', parseList)
    .requiredOption('--at <time>', 'ISO 8601: 2014-05-01T12:00:00Z')
    .option(...AGE_OPTION)
    .action(async (from: string, to: string, options) => {
      await (await import('./commands/currency.ts')).rate(from, to, options);
    });
}

const ON_OPTION = ['--on <day>', 'YYYY-MM-DD: the day on which names are meant; default: today'] as const;

function addSymbols(add: AddCommand): void {
  add(
    'symbols',
    'tell which names an instrument had on which days, and how vendors write it',
    'symbols META --actions acts',
  )
    .argument('<symbols...>', 'names, in any spelling')
    .option('--actions <list>', 'datasets of corporate actions with changes of names', parseList)
    .option(...ON_OPTION)
    .action(async (symbols: string[], options) => {
      await (await import('./commands/symbols.ts')).symbols(symbols, options);
    });
  add(
    'map',
    'make a dataset of another, with one name for each instrument over all days',
    'map bars --symbols META --actions acts',
  )
    .argument('<dataset>', 'name of the dataset')
    .requiredOption('--symbols <list>', 'names of the instruments on the day of --on', parseList)
    .requiredOption('--actions <list>', 'datasets of corporate actions with changes of names', parseList)
    .option(...ON_OPTION)
    .option('--zone <zone>', 'where days begin', 'America/New_York')
    .option('--name <name>', 'name of the new dataset, instead of one made from the request')
    .action(async (id: string, options) => {
      await (await import('./commands/symbols.ts')).map(id, options);
    });
}

function parseWhole(text: string): number {
  if (/^(?:0|[1-9]\d{0,4})$/.test(text)) return Number(text);
  throw new InvalidArgumentError('A whole number of 0 or more.');
}
