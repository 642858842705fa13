/**
 * The registry of fault codes, grouped by the folder that raises them. Codes are stable: they are never reused.
 * `docs/errors.md` is generated from this table and a test keeps both equal.
 */

export interface FaultEntry {
  /** When it is raised, in one sentence. */
  readonly meaning: string;
  /** What the person who sees it can do. */
  readonly mend: string;
}

export const FAULTS = {
  BASE_LIMIT: {
    meaning: 'A container reached its named limit.',
    mend: 'Raise the named limit, or find out why so much is waiting.',
  },
  BASE_INPUT_FILE: {
    meaning: 'A file that a command names cannot be read.',
    mend: 'Check the name, the folder and the permissions of the file.',
  },
  BASE_SNAPSHOT: {
    meaning: 'A snapshot cannot be read: wrong magic, version, or length.',
    mend: 'Take the snapshot again with the version of the code that reads it.',
  },
  MKT_CONFIG: {
    meaning: 'A venue, an instrument or a matching rule is configured outside its allowed range.',
    mend: 'Correct the named value; the message gives the allowed range.',
  },
  SIM_TIME: {
    meaning: 'An event was scheduled in the past, or beyond the range of simulated time (2^53 ns).',
    mend: 'Schedule at or after the present; split histories longer than 104 days into runs.',
  },
  WORLD_CONFIG: {
    meaning: 'A world is wired in a way that cannot run.',
    mend: 'Correct the named part of the scenario.',
  },
  DATA_FORMAT: {
    meaning: 'A file is not of the format it was read as: wrong magic, version, column count or length.',
    mend: 'Check that the file is complete and of a supported format; --format names one explicitly.',
  },
  DATA_RECORD: {
    meaning: 'A record of a data file breaks a rule of its format (strict mode).',
    mend: 'Repair the record, or replay with --lenient: bad records are then set aside and counted by reason.',
  },
  DATA_PAIR: {
    meaning: 'Two files that belong together do not fit: other length, depth or symbol.',
    mend: 'Give the message file and the orderbook file of the same symbol, day and depth.',
  },
  CALIBRATION_DATA: {
    meaning: 'Order flow is too little, too one-sided or too broken to be fitted to.',
    mend: 'Take a longer or another stretch of the day, or another instrument.',
  },
  CALIBRATION_MODEL: {
    meaning: 'A model of order flow cannot be fitted, or a file of one is not what it should be.',
    mend: 'The message names the value; fit again with `twin calibrate flow`.',
  },
  CALIBRATION_PROBLEM: {
    meaning:
      'The file of a calibration by simulation has unknown keys, values outside their range, or paths that lead nowhere.',
    mend: 'Correct every listed path; docs/calibration.md has the table of keys and ranges.',
  },
  CALIBRATION_SEARCH: {
    meaning:
      'A search over parameters, or what is read from its evaluations, is asked for something that the points do not carry.',
    mend: 'The message names the value: mend the range or the option, or evaluate more points.',
  },
  MATH_DOMAIN: {
    meaning: 'A formula is asked for a value where it has none.',
    mend: 'The message names the value and what is allowed.',
  },
  DATA_REQUEST: {
    meaning: 'A vendor, a file or a dataset is asked for something that it does not have or grant.',
    mend: 'Correct the named value. `twin ingest list` names vendors, formats and their options, `twin data ls` the datasets.',
  },
  DATA_SECRET: {
    meaning: 'A key is missing, refused by the vendor, or kept in a file that others may read.',
    mend: 'Set the named environment variable, or put the key into the secrets file with `chmod 600`.',
  },
  DATA_UNREACHABLE: {
    meaning: 'A vendor did not answer within the retries, or answers only with failures.',
    mend: 'Try again later: what was fetched is kept, and the same command goes on from there.',
  },
  DATA_FEED: {
    meaning: 'A live feed refused a subscription, or sent what its protocol does not know.',
    mend: 'Check the subscription that the message names; the frame is in the quarantine of the dataset.',
  },
  DATA_NOT_FOUND: {
    meaning: 'There is no dataset, job or raw object of that name.',
    mend: 'List what there is with `twin data ls`, or name the folder with --lake.',
  },
  DATA_LAKE: {
    meaning: 'A file of the lake is damaged, missing, or cannot be written.',
    mend: 'Make room on the disk, or mend the permissions, if the message says so; the same command then goes on. Else `twin data rebuild` reads the files again and says which datasets are whole.',
  },
  DATA_NEWER: {
    meaning: 'A dataset was written by a newer version of the program.',
    mend: 'Use that version or a later one, name other datasets, or ingest the data again with this one under another name.',
  },
  SCENARIO_CONFIG: {
    meaning: 'A scenario file has unknown keys or values outside their range.',
    mend: 'Correct every listed path; docs/scenarios.md has the table of keys and ranges.',
  },
  FIDELITY_INPUT: {
    meaning:
      'What is to be scored is too little, or the two sides do not fit: other symbol count, tick or window count.',
    mend: 'Name the symbol, give a longer recording or shorter windows, or compare recordings of one instrument; the message says which.',
  },
  RUNS_NOT_FOUND: {
    meaning: 'There is no run of that id.',
    mend: 'List the runs with `twin runs ls`, or name the folder with --runs.',
  },
  RUNS_NO_ORDER: {
    meaning: 'A run has no order of that id.',
    mend: 'Name an order id of the run; `twin export` lists every order.',
  },
  RUNS_DAMAGED: {
    meaning: 'A file of a run cannot be read as what it should be.',
    mend: 'Run it again; what precedes the damage in the journal stays readable with `twin export`.',
  },
  RUNS_WRITE: {
    meaning: 'A file of a run cannot be written: no space, no permission, or a read-only disk.',
    mend: 'Free space or choose another folder with --runs; what was written before stays readable.',
  },
  RUNS_UNFINISHED: {
    meaning: 'A run has no result to compare: it was stopped, it failed, or it is still running.',
    mend: 'Wait for it, or run it again; `twin runs show` tells how it ended, `twin export` reads what it wrote.',
  },
  RUNS_DIFFER: {
    meaning: 'A run did not reproduce: its digest differs from the one in its manifest.',
    mend: 'Compare code version, runtime version and config in the manifest with the present ones.',
  },
  CLI_USAGE: {
    meaning: 'A command was called with arguments that it does not take.',
    mend: 'See --help of the command.',
  },
} as const satisfies Record<string, FaultEntry>;

export type FaultCode = keyof typeof FAULTS;
