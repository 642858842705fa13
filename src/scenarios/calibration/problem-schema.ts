/**
 * The file of a calibration by simulation: which numbers of a scenario are sought, in which ranges, and what they shall reproduce.
 * The table in docs/calibration.md is made from this schema.
 */

import { z } from 'zod';

export const ESTIMATORS = ['cmaes', 'bayesian', 'abc'] as const;
export type Estimator = (typeof ESTIMATORS)[number];

/** Windows below which means of moments are mostly noise (fidelity.md §3.6). */
export const REAL_WINDOWS_MIN = 20;
const PARAMETERS_MAX = 20;

const dayTime = (meaning: string) =>
  z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day as HH:MM, in quotes')
    .meta({ description: meaning, range: 'time of day, `HH:MM`' })
    .optional();

const parameterSchema = z.strictObject({
  path: z.string().min(1).meta({
    description: 'Where in the scenario: keys with dots, entries of lists by name or number.',
    range: 'path of a number or of a list of numbers',
  }),
  name: z
    .string()
    .min(1)
    .max(40)
    .meta({ description: 'What it is called in reports; its path if absent.', range: '1 to 40 characters' })
    .optional(),
  low: z.number().meta({ description: 'Least value.', range: 'number' }),
  high: z.number().meta({ description: 'Greatest value.', range: 'number above `low`' }),
  scale: z
    .enum(['linear', 'log'])
    .meta({ description: 'On which scale the range is even; `log` needs `low` above 0.' })
    .default('linear'),
  as: z
    .enum(['value', 'factor'])
    .meta({
      description: 'Whether it takes the place of the number, or multiplies it. A list is always multiplied.',
    })
    .default('value'),
  step: z
    .number()
    .positive()
    .meta({
      description: 'What comes out is rounded to a multiple of this: 1 for whole numbers.',
      range: 'number above 0',
    })
    .optional(),
});

const dataSchema = z.strictObject({
  names: z
    .array(z.string().min(1))
    .min(1)
    .meta({
      description:
        'What is reproduced, as `twin fidelity` names it: files of one recording, `dataset:<id>` or `run:<id>`. Files are relative to the problem.',
      range: 'list of names',
    })
    .optional(),
  symbol: z
    .string()
    .meta({ description: 'The instrument in them, where there is more than one.', range: 'symbol' })
    .optional(),
  from: dayTime('Only windows from this time of day on, by the clock of the recording.'),
  to: dayTime('Only windows up to this time of day.'),
  truth: z
    .record(z.string(), z.number())
    .meta({
      description:
        'Instead of names: a run of the same scenario with these values, one by the name of each parameter. It shows whether they are found again.',
      range: 'a number by the name of each parameter',
    })
    .optional(),
  truthSeed: z
    .int()
    .min(0)
    .max(4294967295)
    .meta({ description: 'Seed of that run; none of `seeds`.' })
    .default(4711),
  windows: z
    .int()
    .min(REAL_WINDOWS_MIN)
    .max(10_000)
    .meta({
      description: 'Most windows that are taken, evenly over the recording; of a truth, how many are made.',
    })
    .default(60),
});

export const problemSchema = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, '1 to 40 small letters, digits and dashes')
    .meta({
      description: 'Name of the calibration and of its files.',
      range: '1 to 40 small letters, digits, `-`',
    }),
  description: z.string().max(2000).meta({ description: 'What it is for.' }).default(''),
  scenario: z.union([z.string().min(1), z.record(z.string(), z.unknown())]).meta({
    description:
      'What is simulated: path of a scenario, relative to the problem, one that comes with the package, or its content.',
    range: 'path or content',
  }),
  symbol: z
    .string()
    .meta({
      description: 'The instrument that is looked at, where the scenario has several.',
      range: 'symbol',
    })
    .optional(),
  parameters: z.array(parameterSchema).min(1).max(PARAMETERS_MAX).meta({ description: 'What is sought.' }),
  data: dataSchema.meta({ description: 'What is to be reproduced.' }),
  windows: z
    .strictObject({
      messages: z.int().min(50).max(100_000).meta({ description: 'Messages of a window.' }).default(500),
      perPoint: z
        .int()
        .min(5)
        .max(5000)
        .meta({ description: 'Windows simulated at each point, shared out over the seeds.' })
        .default(20),
      warmUpSeconds: z
        .number()
        .min(0)
        .max(86_400)
        .meta({ description: 'Simulated time before the first window, while the book fills.' })
        .default(60),
    })
    .meta({ description: 'Pieces that moments are taken of.' })
    .prefault({}),
  moments: z
    .array(z.string())
    .min(1)
    .meta({
      description: 'Names of the moments that count; all that the data tell if absent.',
      range: 'list of names',
    })
    .optional(),
  seeds: z
    .array(z.int().min(0).max(4294967295))
    .min(1)
    .max(100)
    .meta({
      description: 'Seeds of the simulations at every point: common random numbers.',
      range: '1 to 100 seeds',
    })
    .default([1, 2]),
  method: z
    .enum([...ESTIMATORS, 'all'])
    .meta({ description: 'Which estimators are used.' })
    .default('all'),
  budget: z
    .int()
    .min(1)
    .max(100_000)
    .meta({ description: 'Points that each estimator may simulate.' })
    .default(300),
  seed: z.int().min(0).max(4294967295).meta({ description: 'Seed of the searches and designs.' }).default(1),
  checks: z
    .strictObject({
      predictiveDraws: z
        .int()
        .min(20)
        .max(2000)
        .meta({ description: 'Runs of the posterior that the data are held against.' })
        .default(100),
      morrisTrajectories: z
        .int()
        .min(2)
        .max(1000)
        .meta({ description: 'Trajectories of `--sensitivity morris`.' })
        .default(20),
      sobolBase: z
        .int()
        .min(8)
        .max(16_384)
        .meta({ description: 'Base points of `--sensitivity sobol`; a power of two.' })
        .default(256),
    })
    .meta({ description: 'Sizes of the checks.' })
    .prefault({}),
});

/** A problem with all defaults filled in. */
export type CalibrationProblem = z.output<typeof problemSchema>;
export type ProblemParameter = CalibrationProblem['parameters'][number];
